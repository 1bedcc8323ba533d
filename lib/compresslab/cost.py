"""What a model costs: parameters, bytes, multiply-accumulates, and the share of its weights that is zero.

Units are in the names. A megabyte is 10^6 bytes, as file managers and network plans count it; a mebibyte
(MiB) is 2^20. One MAC is one multiplication and one addition, so FLOPs are twice the MACs.
"""

import gzip
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.utils.parametrize import is_parametrized
from torch.utils.flop_counter import FlopCounterMode

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.modes import evaluating


def parameter_count(model: nn.Module) -> int:
    """Number of parameters, a shared one counted once. Buffers (batch-norm statistics) are not parameters.

    >>> parameter_count(nn.Linear(2, 3))
    9
    """
    return sum(parameter.numel() for parameter in model.parameters())


def state_bytes(model: nn.Module) -> int:
    """Bytes in memory of parameters and buffers, a shared one counted once, each at its own dtype.

    >>> state_bytes(nn.Linear(2, 3))
    36
    """
    return sum(bytes_by_dtype(model).values())


def bytes_by_dtype(model: nn.Module) -> dict[str, int]:
    """`state_bytes` split by dtype.

    >>> bytes_by_dtype(nn.BatchNorm1d(5))  # scale, shift, mean and variance; the number of batches
    {'float32': 80, 'int64': 8}
    """
    sizes: dict[str, int] = {}
    for tensor in (*model.parameters(), *model.buffers()):  # not the state dict: it leaves some buffers out
        name = str(tensor.dtype).removeprefix("torch.")
        sizes[name] = sizes.get(name, 0) + tensor.numel() * tensor.element_size()
    return sizes


def file_bytes(path: str | os.PathLike[str]) -> int:
    """Bytes of a file on disk.

    Raises:
        InputError: there is no such file, or it can't be looked at.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     file_bytes(file.name)
    0
    """
    try:
        return Path(path).stat().st_size
    except OSError as error:
        raise InputError(f"cannot read the size of {path}: {error.strerror}.") from error


def gzip_bytes(path: str | os.PathLike[str]) -> int:
    """Bytes of a file after gzip at level 9: what entropy coding makes of it, zeros included.

    Raises:
        InputError: the file can't be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "zeros")
    ...     _ = path.write_bytes(bytes(10**6))
    ...     gzip_bytes(path) < 1500
    True
    """
    try:
        return len(gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}.") from error


def format_bytes(size: float) -> str:
    """A size with the largest decimal unit that keeps it at 1 or above: 28 GB is 28 x 10^9 bytes.

    >>> format_bytes(28e9)
    '28 GB'
    """
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:.0f} bytes"


def mac_count(model: nn.Module, input_shape: Sequence[int]) -> int:
    """Multiply-accumulates of one forward pass.

    Counted by PyTorch's own operator counter (which counts two FLOPs a MAC): convolutions, matrix products,
    attention and recurrent layers; element-wise operations and normalisation are left out, as is usual.

    Args:
        model: is run once in evaluation mode, without gradients, and left as it was.
        input_shape: of the whole input, (1, C, H, W) for the cost of one image.

    Raises:
        InputError: a size in `input_shape` is not a whole number of at least 1.

    >>> mac_count(nn.LSTM(8, 16), (1, 10, 8))  # 4 gates, 10 steps
    15360
    """
    for position, size in enumerate(input_shape):
        whole(**{f"input_shape[{position}]": size})
    sample = next(model.parameters(), torch.empty(0))
    example = torch.zeros(*input_shape, dtype=sample.dtype, device=sample.device)
    with evaluating(model), _unfused(), FlopCounterMode(display=False) as counter, torch.no_grad():
        model(example)
    return counter.get_total_flops() // 2


@contextmanager
def _unfused() -> Iterator[None]:
    """Attention and recurrent layers as the matrix products that they consist of.

    The counter knows no fused kernel of `nn.MultiheadAttention`, of oneDNN's and cuDNN's recurrent layers, and in
    older versions of attention on a CPU: it would count nothing for them.
    """
    onednn: Any = torch.backends.mkldnn  # its annotation is of the descriptor, not of the bool
    fast, on = torch.backends.mha.get_fastpath_enabled(), onednn.enabled
    torch.backends.mha.set_fastpath_enabled(False)
    onednn.enabled = False  # onednn.flags would set TF32 too, and warn of it
    try:
        with sdpa_kernel(SDPBackend.MATH), torch.backends.cudnn.flags(enabled=False):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        onednn.enabled = on


@dataclass(frozen=True)
class Sparsity:
    """Zeros among the weights that pruning may touch, and among all parameters of the model.

    The two differ: a report of "90% sparse" that leaves out biases, batch-norm and the embedding is a report
    of `weights`, while memory is governed by `model`.

    >>> Sparsity(zero_weights=9, weight_count=10, zero_parameters=9, parameter_count=12).model
    0.75
    """

    zero_weights: int
    weight_count: int
    zero_parameters: int
    parameter_count: int

    @property
    def weights(self) -> float:
        """Share of zeros in the weight matrices and kernels, 0 to 1."""
        return self.zero_weights / self.weight_count if self.weight_count else math.nan

    @property
    def model(self) -> float:
        """Share of zeros in all parameters, 0 to 1."""
        return self.zero_parameters / self.parameter_count if self.parameter_count else math.nan


def sparsity(model: nn.Module) -> Sparsity:
    """Count the zeros of a model, in its weights and in all its parameters.

    >>> layer = nn.Linear(2, 2)
    >>> _ = nn.init.zeros_(layer.bias)
    >>> sparsity(layer).weights, sparsity(layer).zero_parameters
    (0.0, 2)
    """
    weights = [weight for _, weight in prunable_weights(model)]
    parameters = list(model.parameters())
    return Sparsity(
        zero_weights=sum(_zeros(tensor) for tensor in weights),
        weight_count=sum(tensor.numel() for tensor in weights),
        zero_parameters=sum(_zeros(tensor) for tensor in parameters),
        parameter_count=sum(tensor.numel() for tensor in parameters),
    )


def prunable_weights(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """The weights of convolution and linear layers by name: what is meant by "the weights" of a model.

    Transposed convolutions and the projections of `nn.MultiheadAttention` are among them. Biases and normalisation are
    left out: few, and a zero there shifts or silences a whole channel; so are embeddings, recurrent layers and
    parameters of a module's own. A weight shared by two layers comes once, under its first name.

    >>> [name for name, _ in prunable_weights(nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)))]
    ['0.weight']
    """
    seen: set[int] = set()
    for name, module in model.named_modules():
        for attribute in _weight_attributes(module):
            stored = id(_stored_weight(module, attribute))
            if stored not in seen:
                seen.add(stored)
                yield (f"{name}.{attribute}" if name else attribute), getattr(module, attribute)


def _weight_attributes(module: nn.Module) -> Iterator[str]:
    if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
        yield "weight"
    elif isinstance(module, nn.MultiheadAttention):  # one joint matrix, or three where keys or values have other widths
        names = ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight")
        yield from (name for name in names if getattr(module, name) is not None)


def _stored_weight(layer: nn.Module, attribute: str) -> object:
    """What two layers that share a weight have in common. A parametrized weight is computed anew at each look."""
    if is_parametrized(layer, attribute):
        return next(layer.get_submodule(f"parametrizations.{attribute}").parameters(recurse=False), layer)
    return getattr(layer, attribute)


def _zeros(tensor: Tensor) -> int:
    return tensor.numel() - int(torch.count_nonzero(tensor))
