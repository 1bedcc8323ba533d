"""Weight-only quantization by rounding to nearest: small files and less to read, arithmetic in floating point."""

import copy
from collections.abc import Mapping

import torch
from torch import nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters
from compresslab.quantization.affine import block_range, fake_quantize, scale_and_zero_point
from compresslab.quantization.blocks import per_channel as channel_blocks
from compresslab.quantization.blocks import per_group
from compresslab.quantization.blocks import per_tensor as tensor_block
from compresslab.quantization.formats import weight_format


def quantize_weights(
    model: nn.Module, *, bits: int | Mapping[str, int], per_channel: bool = True, group_size: int | None = None
) -> nn.Module:
    """A copy of the model with the weights of its convolution and linear layers fake-quantized, symmetrically.

    Biases and batch-norm stay as they are: few numbers, and in integer engines they are kept in 32 bits.
    The arithmetic stays floating point, so this gives the accuracy of few-bit weights, not their speed.

    Args:
        model: is not modified.
        bits: 2 to 16, the sign included; or those of some weights by name, such as {"fc.weight": 4}, the others
            staying as they are.
        per_channel: a scale for each output channel, or one a layer.
        group_size: a scale for each so many inputs of an output channel, which must divide their number.

    Raises:
        InputError: `bits` is out of its range or names no weight, the group size doesn't fit, the model has no such
            layer, a weight is not finite, or one is computed from others (attached masks): `pruning.make_permanent`
            makes it ordinary.

    >>> quantized = quantize_weights(nn.Linear(16, 4), bits=2)
    >>> len(quantized.weight[0].unique()) <= 3
    True
    """
    require_plain_parameters(model, purpose="quantizing its weights")
    quantized = copy.deepcopy(model)
    weights = dict(prunable_weights(quantized))
    if not weights:
        raise InputError("the model has no convolution or linear layer whose weights could be quantized.")
    wanted = bits if isinstance(bits, Mapping) else dict.fromkeys(weights, bits)
    for name in wanted:
        if name not in weights:
            raise InputError(f"bits names {name!r}, which is none of the weights: {', '.join(weights)}.")
    with torch.no_grad():
        for name, width in wanted.items():
            weight, format = weights[name], weight_format(width)
            if group_size is not None:
                block_size = per_group(weight, group_size, name=name)
            else:
                block_size = channel_blocks(weight) if per_channel else tensor_block(weight)
            low, high = block_range(weight, block_size, name=name)
            scale, _ = scale_and_zero_point(low, high, format, symmetric=True, name=name)
            weight.copy_(fake_quantize(weight, scale, format=format))
    return quantized
