"""Affine quantization: real numbers as small integers, with a scale and a zero point.

    q = clamp(round(x / s) + z, qmin, qmax)        x' = s (q - z)

The scale s is the step between neighbouring values, the zero point z the integer that stands for 0. It is an integer,
so that 0 is exact: padding, a ReLU's zeros and pruned weights stay what they are. Halves round to even, as in ONNX,
PyTorch and IEEE 754. Scales are computed and kept in float32 at least: 1/127 of a usual weight is below float16's
normal numbers, and bfloat16 keeps 8 bits of it.

References:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference".
    Nagel et al. 2021, "A White Paper on Neural Network Quantization".
    Bengio et al. 2013, "Estimating or Propagating Gradients Through Stochastic Neurons" (straight-through).
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from compresslab.errors import InputError
from compresslab.quantization.blocks import block_counts, in_blocks, per_channel, spread
from compresslab.quantization.formats import IntegerFormat, weight_format


def block_range(
    tensor: Tensor, block_size: Sequence[int] | None = None, *, name: str = "tensor"
) -> tuple[Tensor, Tensor]:
    """The smallest and the largest value of each block.

    Args:
        tensor: floating point, any shape.
        block_size: of the values that share a scale (see `blocks`); None takes all of them as one block.
        name: of the tensor, for the error.

    Returns:
        Two tensors with a value for each block, in the tensor's number of dimensions and its dtype.

    Raises:
        InputError: the tensor is empty, not floating point, or holds NaN or infinity; or the block size doesn't fit.

    >>> low, high = block_range(torch.tensor([[1.0, -2.0, 3.0, 4.0]]), (1, 2))
    >>> low.tolist(), high.tolist()
    ([[-2.0, 3.0]], [[1.0, 4.0]])
    """
    if not tensor.is_floating_point():
        raise InputError(f"{name} is {tensor.dtype}: give floating-point values.")
    if tensor.numel() == 0 or not torch.isfinite(tensor).all():
        raise InputError(f"{name} of shape {tuple(tensor.shape)} is empty or holds NaN or infinity.")
    blocks = in_blocks(tensor, block_counts(tensor, block_size or tuple(tensor.shape), name=name))
    within = tuple(range(1, blocks.ndim, 2))
    return (blocks.amin(within), blocks.amax(within)) if within else (tensor, tensor)


def scale_and_zero_point(
    low: Tensor | float,
    high: Tensor | float,
    format: IntegerFormat,
    *,
    symmetric: bool = False,
    name: str = "the range",
) -> tuple[Tensor, Tensor]:
    """Scale and zero point by which a format covers a range.

    The range is first widened to include 0. Asymmetric: the whole format covers it, s = (high - low) / (qmax - qmin),
    z = qmin - round(low / s). Symmetric: the format covers ±max(-low, high), and z is fixed: 0 where it is signed.

    Args:
        low, high: ends of the range, of any shape: a range for each block.
        format: of the integers.
        symmetric: for weights, whose kernels are simpler and faster without a zero point.
        name: of what has this range, for the error.

    Returns:
        The scales, in float32 or, for a range in float64, in float64, always positive: a range of nothing but zero
        gets the smallest normal number. And the zero points, int32, of the same shape.

    Raises:
        InputError: an end is NaN or infinite, or `low` lies above `high`.

    >>> from compresslab.quantization.formats import UINT8
    >>> scale, zero_point = scale_and_zero_point(-1.0, 4.1, UINT8)
    >>> round(scale.item(), 6), zero_point.item()
    (0.02, 50)
    """
    low, high = torch.as_tensor(low), torch.as_tensor(high)
    if not (torch.isfinite(low) & torch.isfinite(high)).all():
        raise InputError(f"{name} holds NaN or infinity: no scale covers it.")
    if (low > high).any():
        raise InputError(f"{name} ends below its beginning: give low <= high.")
    kind = torch.float64 if torch.float64 in (low.dtype, high.dtype) else torch.float32
    # In float64, in which neither the difference of two float32 overflows nor a small quotient vanishes.
    least, most = low.double().clamp_max(0), high.double().clamp_min(0)
    steps = format.highest - format.lowest
    span = 2 * torch.maximum(-least, most) if symmetric else most - least
    scale = (span / steps).to(kind).clamp_min(torch.finfo(kind).tiny)
    if symmetric:
        zero_point = torch.full_like(scale, (format.lowest + format.highest + 1) // 2, dtype=torch.int32)
    else:
        zero = format.lowest - torch.round(least / scale.double())
        zero_point = zero.clamp(format.lowest, format.highest).to(torch.int32)
    return scale, zero_point


def symmetric_scale(weight: Tensor, *, bits: int, block_size: Sequence[int] | None = None) -> Tensor:
    """The usual scale of weights: the largest magnitude of a block falls on qmax = 2^(bits - 1) - 1.

    Args:
        weight: floating point, (out, ...) as in convolution and linear layers.
        bits: 2 to 16, the sign included.
        block_size: of the weights that share a scale; None gives each output channel one.

    Returns:
        A positive scale for each block, (out, 1, ..., 1) by default, as `scale_and_zero_point` gives it.

    Raises:
        InputError: as `block_range`, or `bits` is out of its range.

    >>> symmetric_scale(torch.tensor([[7.0, -3.0], [0.7, 0.1]]), bits=4).flatten()
    tensor([1.0000, 0.1000])
    """
    format = weight_format(bits)
    low, high = block_range(weight, per_channel(weight) if block_size is None else block_size, name="weight")
    return scale_and_zero_point(low, high, format, symmetric=True)[0]


def quantize(
    x: Tensor, scale: Tensor, zero_point: Tensor | int = 0, *, format: IntegerFormat, name: str = "tensor"
) -> Tensor:
    """The integers q = clamp(round(x / scale) + zero_point, qmin, qmax).

    Args:
        x: floating point, any shape. Infinities become the ends of the format.
        scale: positive; a value for each block of `x`, for each of its channels or for all of it.
        zero_point: of the scale's shape, or one for all.
        format: of the integers.
        name: of `x`, for the error.

    Returns:
        Of the shape of `x`, in `format.storage`.

    Raises:
        InputError: `x` holds NaN, which no integer stands for; a scale is not positive and finite, or doesn't fit.

    >>> from compresslab.quantization.formats import UINT8
    >>> quantize(torch.tensor([-9.0, 0.24, 9.0]), torch.tensor(0.1), 3, format=UINT8)
    tensor([ 0,  5, 93], dtype=torch.uint8)
    """
    if x.isnan().any():
        raise InputError(f"{name} of shape {tuple(x.shape)} holds NaN: no integer stands for it.")
    steps = at_least_float32(x) / spread(checked_scale(scale, name), x)
    zeros = spread(torch.as_tensor(zero_point, device=x.device), x, name="zero_point")
    return (steps.round_() + zeros).clamp_(format.lowest, format.highest).to(format.storage)


def dequantize(q: Tensor, scale: Tensor, zero_point: Tensor | int = 0) -> Tensor:
    """The real numbers scale (q - zero_point) that integers stand for, in the scale's dtype.

    Args:
        q: integers of any shape.
        scale, zero_point: what `quantize` was given.

    Raises:
        InputError: `q` is not of an integer dtype, or the shapes don't fit.

    >>> dequantize(torch.tensor([0, 5, 93]), torch.tensor(0.5), 3)
    tensor([-1.5000,  1.0000, 45.0000])
    """
    if q.is_floating_point() or q.dtype == torch.bool:
        raise InputError(f"q is {q.dtype}: give the integers that quantize gives.")
    zeros = spread(torch.as_tensor(zero_point, device=q.device), q, name="zero_point")
    # Not in their own dtype, in which 0 - 3 is 253 for uint8.
    return (q.to(torch.int32) - zeros).to(scale.dtype) * spread(scale, q)


def fake_quantize(
    x: Tensor, scale: Tensor, zero_point: Tensor | int = 0, *, format: IntegerFormat, name: str = "tensor"
) -> Tensor:
    """What `x` is after quantizing and dequantizing: real numbers, but only those that the integers stand for.

    Rounding has the gradient 0 almost everywhere, which would stop all training. The straight-through estimator takes
    it for 1 instead: the gradient passes unchanged where the integer lies within the format, and is 0 where it was
    clamped, as a larger value would change nothing there. Scale and zero point get none: see `learned_step`.

    Args:
        x: floating point, any shape. Infinities become the ends of the range; NaN stays NaN, so that training that has
            diverged is noticed.
        scale, zero_point, format, name: as in `quantize`.

    Returns:
        Of the shape and dtype of `x`.

    Raises:
        InputError: a scale is not positive and finite, or doesn't fit.

    >>> from compresslab.quantization.formats import IntegerFormat
    >>> x = torch.tensor([0.24, -0.9, 0.0], requires_grad=True)
    >>> y = fake_quantize(x, torch.tensor(0.1), format=IntegerFormat(4, narrow=True))
    >>> y.sum().backward()
    >>> y.detach(), x.grad
    (tensor([ 0.2000, -0.7000,  0.0000]), tensor([1., 0., 1.]))
    """
    zeros = torch.as_tensor(zero_point, device=x.device)
    scales = spread(checked_scale(scale, name), x)
    return _FakeQuantize.apply(x, scales, spread(zeros, x, name="zero_point"), format.lowest, format.highest)


class _FakeQuantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, scale: Tensor, zero_point: Tensor, lowest: int, highest: int) -> Tensor:
        steps = (at_least_float32(x) / scale).round_().add_(zero_point)
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward((steps >= lowest) & (steps <= highest))
        return steps.clamp_(lowest, highest).sub_(zero_point).mul_(scale).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None, None]:
        (within,) = ctx.saved_tensors
        return gradient * within, None, None, None, None


def checked_scale(scale: Tensor, name: str = "tensor") -> Tensor:
    """The scale, once it is known to be positive and finite.

    Raises:
        InputError: it is not.

    >>> checked_scale(torch.zeros(1), "fc.weight")
    Traceback (most recent call last):
    compresslab.errors.InputError: the scale of fc.weight must be positive and finite: scale_and_zero_point gives one.
    """
    if not ((scale > 0) & torch.isfinite(scale)).all():
        raise InputError(f"the scale of {name} must be positive and finite: scale_and_zero_point gives one.")
    return scale


def at_least_float32(tensor: Tensor) -> Tensor:
    """The tensor in float32 if its own dtype is narrower.

    >>> at_least_float32(torch.zeros(1, dtype=torch.float16)).dtype
    torch.float32
    """
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
