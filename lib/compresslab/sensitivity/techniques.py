"""What is done to single layers, and what the model then weighs in a file.

The bytes are those of a file that is really written. A count of parameters would not do: a pruned model has as many as
before, and its zeros are numbers like any other until a format leaves them out.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.pruning import apply_masks, magnitude_scores, masks_from_scores
from compresslab.pruning.scopes import require_names
from compresslab.quantization import quantize_weights, save_quantized
from compresslab.weights import save_compressed

Settings = Mapping[str, float]
"""From a weight's name, as in `state_dict`, to its sparsity or its bits. A weight that isn't named stays as it is."""


@dataclass(frozen=True)
class Technique:
    """A way to compress single layers, each at a setting of its own.

    Attributes:
        quantity: what a setting is, for charts and messages: "sparsity", "bits".
        compress: from a model and settings to a compressed copy.
        stored_bytes: from the same to the bytes of the file in which the compressed model is kept.

    >>> halved = PRUNING.compress(nn.Linear(4, 4), {"weight": 0.5})
    >>> int((halved.weight == 0).sum())
    8
    """

    quantity: str
    compress: Callable[[nn.Module, Settings], nn.Module]
    stored_bytes: Callable[[nn.Module, Settings], int]


def prune_layers(model: nn.Module, sparsities: Settings) -> nn.Module:
    """A copy whose named weights have lost their smallest values, each weight its own share.

    Args:
        model: not modified.
        sparsities: share of each weight that becomes zero: 0 leaves it, 1 leaves nothing of it.

    Raises:
        InputError: a name is no weight of a convolution or linear layer, a share is not between 0 and 1, a weight is
            NaN or computed from others.

    >>> pruned = prune_layers(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2)), {"1.weight": 1.0})
    >>> [int((layer.weight == 0).sum()) for layer in pruned]
    [0, 8]
    """
    scores = magnitude_scores(model)
    require_names(sparsities, scores, argument="sparsities")
    masks: dict[str, Tensor] = {}
    for name, sparsity in sparsities.items():
        masks |= masks_from_scores({name: scores[name]}, sparsity=sparsity, scope="layer")
    return apply_masks(model, masks)


def pruned_bytes(model: nn.Module, sparsities: Settings) -> int:
    """Bytes of the model pruned so, in a file of `save_compressed`: without its zeros, gzipped.

    >>> model = nn.Linear(100, 100)
    >>> pruned_bytes(model, {"weight": 0.9}) < 0.2 * pruned_bytes(model, {})
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        return save_compressed(prune_layers(model, sparsities), Path(folder, "pruned.gz"))


def quantize_layers(model: nn.Module, bits: Settings) -> nn.Module:
    """`quantize_weights` with the bits of each named weight.

    >>> coarse = quantize_layers(nn.Linear(8, 1), {"weight": 2})
    >>> len(coarse.weight.abs().unique()) <= 2
    True
    """
    return quantize_weights(model, bits=_whole_bits(bits))


def quantized_bytes(model: nn.Module, bits: Settings) -> int:
    """Bytes of the model quantized so, in a file of `save_quantized`: integers and scales, gzipped.

    >>> model = nn.Linear(100, 100)
    >>> quantized_bytes(model, {"weight": 4}) < 0.2 * quantized_bytes(model, {})
    True
    """
    with tempfile.TemporaryDirectory() as folder:
        return save_quantized(model, Path(folder, "quantized.gz"), bits=_whole_bits(bits))


def _whole_bits(bits: Settings) -> dict[str, int]:
    for name, width in bits.items():
        if isinstance(width, bool) or not float(width).is_integer():
            raise InputError(f"bits[{name!r}]={width} must be a whole number, such as 4.")
    return {name: int(width) for name, width in bits.items()}


PRUNING = Technique("sparsity", prune_layers, pruned_bytes)
BITS = Technique("bits", quantize_layers, quantized_bytes)
