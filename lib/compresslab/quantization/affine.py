"""Quantized weights, simulated: rounded to the few values that an integer of so many bits can hold.

The maps are q = clamp(round(w / s), -qmax, qmax) and back, w' = s q, with qmax = 2^(bits - 1) - 1. They are
symmetric: the zero point is 0, so zero stays exactly zero, and a pruned weight stays pruned. Scales are computed and
kept in float32 at least: 1/127 of a usual weight is below float16's normal numbers, and bfloat16 keeps 8 bits of it.

References:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference".
    Nagel et al. 2021, "A White Paper on Neural Network Quantization".
"""

import copy

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters


def symmetric_scale(weight: Tensor, *, bits: int, per_channel: bool = True) -> Tensor:
    """The step between neighbouring values: the largest magnitude falls on qmax.

    Args:
        weight: floating point, (out, ...) as in convolution and linear layers.
        bits: 2 to 16, the sign included.
        per_channel: a scale for each output channel, or one for the whole tensor.

    Returns:
        Positive scales, (out, 1, ..., 1) or with every dimension 1, in float32 or, for a `weight` in float64, in
        float64. A channel of zeros gets the smallest normal number, which maps it to zeros.

    Raises:
        InputError: `bits` is out of its range, `weight` is empty, not floating point, or holds NaN or infinity.

    >>> symmetric_scale(torch.tensor([[7.0, -3.0], [0.7, 0.1]]), bits=4).flatten()
    tensor([1.0000, 0.1000])
    """
    qmax = _qmax(bits)
    if weight.numel() == 0 or not torch.isfinite(weight).all():
        raise InputError(f"weight of shape {tuple(weight.shape)} is empty or holds NaN or infinity.")
    if not weight.is_floating_point():
        raise InputError(f"weight is {weight.dtype}: give floating-point weights.")
    weight = _at_least_float32(weight)
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
        InputError: `bits` is out of its range, or a scale is not positive and finite.

    >>> fake_quantize(torch.tensor([0.24, -0.9, 0.0]), torch.tensor([0.1]), bits=4)
    tensor([ 0.2000, -0.7000,  0.0000])
    """
    qmax = _qmax(bits)
    if not ((scale > 0) & torch.isfinite(scale)).all():
        raise InputError("scale must be positive and finite everywhere: symmetric_scale gives one.")
    steps = torch.clamp(torch.round(_at_least_float32(weight) / scale), -qmax, qmax)
    return (steps * scale).to(weight.dtype)


def quantize_weights(model: nn.Module, *, bits: int, per_channel: bool = True) -> nn.Module:
    """A copy of the model with the weights of its convolution and linear layers fake-quantized.

    Biases and batch-norm stay as they are: few numbers, and in integer engines they are kept in 32 bits.
    The arithmetic stays floating point, so this gives the accuracy of few-bit weights, not their speed.

    Args:
        model: is not modified.
        bits: 2 to 16, the sign included.
        per_channel: a scale for each output channel, or one a layer.

    Raises:
        InputError: `bits` is out of its range, the model has no such layer, a weight is not finite, or one is computed
            from others (attached masks): `pruning.make_permanent` makes it ordinary.

    >>> quantized = quantize_weights(nn.Linear(16, 4), bits=2)
    >>> len(quantized.weight[0].unique()) <= 3
    True
    """
    require_plain_parameters(model, purpose="quantizing its weights")
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
    whole(2, 16, "symmetric values need a sign and a magnitude", bits=bits)
    return 2 ** (int(bits) - 1) - 1


def _at_least_float32(tensor: Tensor) -> Tensor:
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
