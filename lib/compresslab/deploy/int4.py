"""Weight-only quantization executed: ONNX Runtime's `MatMulNBits`, with integers that were chosen before.

The operator reads weights of 4 bits (or 2, or 8) by block, a scale and a zero point for each, and multiplies. ONNX
Runtime has a quantizer that makes such nodes, but it rounds to nearest anew: what GPTQ or AWQ chose would be lost. Here
the integers of each `GroupLinear` are packed into the node as they are. Scales are float32, as the operator wants them
where it computes in float32: at 4 bits and groups of 32, weights cost 4 + (32 + 4) / 32 bits in the file.
"""

import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.models.language import LanguageModel
from compresslab.onnx_file import save_onnx
from compresslab.onnx_session import open_session, session_options
from compresslab.quantization.groups import GroupLinear, GroupWeight, replace_layer

_BITS = (2, 4, 8)  # of the operator
_SMALLEST_BLOCK = 16
_INT8_ACTIVATIONS = 4  # the operator's accuracy_level; 1 computes in float32
_DOMAIN = "com.microsoft"


def export_language_model(
    model: LanguageModel,
    path: str | os.PathLike[str],
    *,
    activations: Literal["fp32", "int8"] = "fp32",
    notes: Mapping[str, str] | None = None,
) -> Path:
    """Write a language model as ONNX: input "tokens" (batch, T) int64, output "logits" (batch, T, vocabulary) float32.

    Linear layers become MatMul; those that keep integers (`GroupLinear`), MatMulNBits.

    Args:
        model: is not modified.
        path: of the file, replaced only once the new one is whole.
        activations: what MatMulNBits computes with. "int8" also rounds each block of its inputs, to multiply integers:
            faster, and a further error.
        notes: text kept in the file, such as {"data": "Python 3.11.7's documentation"}.

    Returns:
        `path`.

    Raises:
        InputError: a layer's integers are not of 2, 4 or 8 bits, or its groups are no power of two of 16 at least.

    >>> from tempfile import TemporaryDirectory
    >>> from compresslab.models import language_model
    >>> from compresslab.quantization.groups import quantize_groups
    >>> model = quantize_groups(language_model(vocabulary=64, dim=32, depth=1, heads=2, hidden=32).eval(), bits=4)
    >>> tokens = torch.tensor([[3, 1, 4]])
    >>> with TemporaryDirectory() as folder:
    ...     exported = OnnxLanguageModel(export_language_model(model, Path(folder, "int4.onnx")))
    ...     torch.allclose(exported(tokens), model(tokens), atol=1e-5)
    True
    """
    program = torch.onnx.export(
        with_bit_layers(model, activations),
        (torch.zeros(2, 8, dtype=torch.int64),),
        dynamo=True,
        input_names=["tokens"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch"), 1: torch.export.Dim("T", max=model.context)},),
        verbose=False,
    )
    assert program is not None  # None only comes from the old exporter
    return save_onnx(program.model_proto, path, notes)


def with_bit_layers(model: LanguageModel, activations: Literal["fp32", "int8"] = "fp32") -> LanguageModel:
    """A copy to export, on the CPU and in evaluation mode, in which layers that keep integers are the operator's nodes.

    Args:
        model, activations: see `export_language_model`.

    Raises:
        InputError: as `export_language_model`.

    >>> from compresslab.models import language_model
    >>> from compresslab.quantization.groups import quantize_groups
    >>> model = quantize_groups(language_model(vocabulary=64, dim=32, depth=1, heads=2, hidden=32), bits=4)
    >>> type(with_bit_layers(model).layers[0].mlp.up).__name__
    '_MatMulNBits'
    """
    one_of(("fp32", "int8"), activations=activations)
    exported = copy.deepcopy(model).cpu().eval()
    for name, layer in list(exported.named_modules()):
        if isinstance(layer, GroupLinear):
            replace_layer(exported, name, _MatMulNBits(name, layer, activations))
    return exported


def pack_blocks(integers: GroupWeight) -> tuple[Tensor, Tensor, Tensor]:
    """A weight as `MatMulNBits` reads it.

    Args:
        integers: (out, in) of 2, 4 or 8 bits, in groups of a power of two from 16.

    Returns:
        Its inputs B, scales and zero points: (out, groups, bytes of a group) uint8, the first weight in the lowest
        bits; (out, groups) float32; (out, bytes of a row's zero points) uint8.

    Raises:
        InputError: other bits or groups.

    >>> from compresslab.quantization.groups import round_to_nearest
    >>> b, scales, zero_points = pack_blocks(round_to_nearest(torch.arange(16.0)[None], bits=4, group_size=16))
    >>> [hex(byte) for byte in b.flatten().tolist()[:3]], scales, zero_points
    (['0x10', '0x32', '0x54'], tensor([[1.]]), tensor([[0]], dtype=torch.uint8))
    """
    bits, size = integers.format.bits, integers.group_size
    if bits not in _BITS:
        raise InputError(f"{bits} bits: MatMulNBits takes {', '.join(map(str, _BITS))}.")
    if size < _SMALLEST_BLOCK or size & (size - 1):
        raise InputError(f"groups of {size}: MatMulNBits takes powers of two from {_SMALLEST_BLOCK}.")
    # The operator's integers begin at 0: signed ones, whose zero point is 0, are shifted by half of the range.
    shift = 2 ** (bits - 1) if integers.format.signed else 0
    q = (integers.q.to(torch.int32) + shift).reshape(*integers.scale.shape, size)
    return _packed(q, bits), integers.scale, _packed(integers.zero_point + shift, bits)


def _packed(values: Tensor, bits: int) -> Tensor:
    """Unsigned integers side by side in bytes along the last dimension, the first in the lowest bits."""
    each = 8 // bits
    missing = -values.shape[-1] % each
    lanes = nn.functional.pad(values, (0, missing)).reshape(*values.shape[:-1], -1, each)
    shifts = bits * torch.arange(each)
    return (lanes << shifts).sum(-1).to(torch.uint8)


class _MatMulNBits(nn.Module):
    """Stands for a `GroupLinear` in the export: a node of ONNX Runtime's operator."""

    b: Tensor
    scales: Tensor
    zero_points: Tensor

    def __init__(self, name: str, layer: GroupLinear, activations: str) -> None:
        super().__init__()
        try:
            b, scales, zero_points = pack_blocks(layer.integers)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        self.register_buffer("b", b)
        self.register_buffer("scales", scales)
        self.register_buffer("zero_points", zero_points)
        self.bias = layer.bias
        self.out_features = layer.out_features
        self.attributes: dict[str, Any] = {
            "K": layer.in_features,
            "N": layer.out_features,
            "bits": layer.format.bits,
            "block_size": layer.integers.group_size,
            "accuracy_level": _INT8_ACTIVATIONS if activations == "int8" else 1,
        }

    def forward(self, x: Tensor) -> Tensor:
        inputs = (x, self.b, self.scales, self.zero_points)
        y = torch.onnx.ops.symbolic(
            f"{_DOMAIN}::MatMulNBits",
            inputs,
            attrs=self.attributes,
            dtype=x.dtype,
            shape=(*x.shape[:-1], self.out_features),
            version=1,
        )
        return y if self.bias is None else y + self.bias


class OnnxLanguageModel:
    """A file of `export_language_model` that is called like the model: tokens in, logits out, on the CPU.

    Args:
        path: of the file.
        threads: for its operators. One leaves no thread spinning between calls.

    Raises:
        InputError: the file is missing or is no model that ONNX Runtime can run.

    >>> OnnxLanguageModel("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """

    def __init__(self, path: str | os.PathLike[str], threads: int = 1) -> None:
        self.path, self.threads = Path(path), threads
        self._session = open_session(path, session_options(threads))

    def __call__(self, tokens: Tensor) -> Tensor:
        """Logits (N, T, vocabulary) float32 of tokens (N, T) int64.

        Raises:
            InputError: tokens of another dtype or shape.
        """
        if tokens.ndim != 2 or tokens.numel() == 0 or tokens.dtype != torch.int64:
            raise InputError(f"tokens are {tokens.dtype} {tuple(tokens.shape)}: expected int64 (N, T), none empty.")
        (logits,) = self._session.run(None, {"tokens": tokens.cpu().numpy()})
        return torch.from_numpy(logits)

    @property
    def size_bytes(self) -> int:
        """Bytes of the file on disk, which is what is shipped."""
        return self.path.stat().st_size
