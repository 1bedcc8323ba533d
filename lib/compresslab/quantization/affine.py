"""Quantized weights, simulated: rounded to the few values that an integer of so many bits can hold.

The maps are q = clamp(round(w / s), -qmax, qmax) and back, w' = s q, with qmax = 2^(bits - 1) - 1. They are
symmetric: the zero point is 0, so zero stays exactly zero, and a pruned weight stays pruned.

References:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference".
    Nagel et al. 2021, "A White Paper on Neural Network Quantization".
"""

import copy

import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError


def symmetric_scale(weight: Tensor, *, bits: int, per_channel: bool = True) -> Tensor:
    """The step between neighbouring values: the largest magnitude falls on qmax.

    Args:
        weight: floating point, (out, ...) as in convolution and linear layers.
        bits: 2 to 16, the sign included.
        per_channel: a scale for each output channel, or one for the whole tensor.

    Returns:
        Positive scales, (out, 1, ..., 1) or with every dimension 1, in the dtype of `weight`. A channel of
        zeros gets the smallest normal number, which maps it to zeros.

    Raises:
        InputError: `bits` is out of its range, `weight` is empty, or holds NaN or infinity.
    """
    qmax = _qmax(bits)
    if weight.numel() == 0 or not torch.isfinite(weight).all():
        raise InputError(f"weight of shape {tuple(weight.shape)} is empty or holds NaN or infinity.")
    dims = tuple(range(1 if per_channel else 0, weight.ndim))
    largest = weight.abs().amax(dims, keepdim=True) if dims else weight.abs()
    return (largest / qmax).clamp_min(torch.finfo(weight.dtype).tiny)


def fake_quantize(weight: Tensor, scale: Tensor, *, bits: int) -> Tensor:
    """Round to the nearest multiple of `scale` (halves to even) within ±qmax multiples; dtype and shape kept.

    Args:
        weight: floating point, any shape.
        scale: positive, broadcasts against `weight`.
        bits: 2 to 16, the sign included.

    Raises:
        InputError: `bits` is out of its range, or a scale is not positive.
    """
    qmax = _qmax(bits)
    if not (scale > 0).all():
        raise InputError("scale must be positive everywhere: symmetric_scale gives one.")
    return torch.clamp(torch.round(weight / scale), -qmax, qmax) * scale


def quantize_weights(model: nn.Module, *, bits: int, per_channel: bool = True) -> nn.Module:
    """A copy of the model with the weights of its convolution and linear layers fake-quantized.

    Biases and batch-norm stay as they are: few numbers, and in integer engines they are kept in 32 bits.
    The arithmetic stays floating point, so this gives the accuracy of few-bit weights, not their speed.

    Args:
        model: is not modified.
        bits: 2 to 16, the sign included.
        per_channel: a scale for each output channel, or one a layer.

    Raises:
        InputError: `bits` is out of its range, the model has no such layer, or a weight is not finite.
    """
    quantized = copy.deepcopy(model)
    weights = list(prunable_weights(quantized))
    if not weights:
        raise InputError("the model has no convolution or linear layer whose weights could be quantized.")
    with torch.no_grad():
        for _, weight in weights:
            scale = symmetric_scale(weight, bits=bits, per_channel=per_channel)
            weight.copy_(fake_quantize(weight, scale, bits=bits))
    return quantized


def _qmax(bits: int) -> int:
    if not 2 <= bits <= 16:
        raise InputError(f"bits={bits} must be 2 to 16: symmetric values need a sign and a magnitude.")
    return 2 ** (bits - 1) - 1
