"""Learned step sizes (LSQ): the scale is a parameter, and the loss decides between clamping and rounding.

With v = x / s + z, the gradient of x' = s (round(clamp(v)) - z) to the scale is

    round(v) - v      where v lies within the format: how far rounding moved the value,
    qmin - z, qmax - z    where it was clamped,

and that to x is 1 within and 0 outside. The gradient to the scale is divided by sqrt(N qmax), with N the number of
values that share the scale: the sum over so many values would otherwise move it much faster, in proportion to its
size, than the weights move.

Reference:
    Esser et al. 2020, "Learned Step Size Quantization".
"""

import math
from typing import Any

import torch
from torch import Tensor

from compresslab.quantization.affine import at_least_float32
from compresslab.quantization.formats import IntegerFormat


def learned_step(x: Tensor, scale: Tensor, zero_point: Tensor | int = 0, *, format: IntegerFormat) -> Tensor:
    """Fake-quantize with a gradient for the scale.

    Args:
        x: floating point; of activations (N, ...), the samples are not counted among the values that share a scale.
        scale: positive, broadcasts against `x`: without dimensions for an activation, (out, 1, ...) for a weight.
        zero_point: fixed.
        format: of the integers.

    >>> scale = torch.tensor(0.1, requires_grad=True)
    >>> learned_step(torch.tensor([[0.24, 9.0]]), scale, format=IntegerFormat(4)).sum().backward()
    >>> round(scale.grad.item(), 4)  # (2 - 2.4 + 7) / sqrt(2 x 7)
    1.7639
    """
    shared = x[0].numel() if scale.ndim == 0 and x.ndim > 1 else x.numel() // scale.numel()
    zero = torch.as_tensor(zero_point, device=x.device)
    calm = 1 / math.sqrt(max(1, shared) * format.highest)
    return _LearnedStep.apply(x, scale, zero, format.lowest, format.highest, calm)


class _LearnedStep(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, scale: Tensor, zero_point: Tensor, lowest: int, highest: int, calm: float
    ) -> Tensor:
        v = at_least_float32(x) / scale + zero_point
        steps = v.clamp(lowest, highest).round_()
        within = (v >= lowest) & (v <= highest)
        ctx.save_for_backward(within, steps - torch.where(within, v, zero_point.to(v.dtype)))
        ctx.shape, ctx.calm = scale.shape, calm
        return steps.sub_(zero_point).mul_(scale).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None, None, None, None]:
        within, by_scale = ctx.saved_tensors
        to_scale = (gradient * by_scale).sum_to_size(ctx.shape) * ctx.calm
        return gradient * within, to_scale, None, None, None, None


def positive(step: Tensor) -> Tensor:
    """The scale that a learned step stands for: its magnitude, and never 0, as an update may carry it across.

    >>> positive(torch.tensor([-0.5, 0.0])).tolist()
    [0.5, 1.1754943508222875e-38]
    """
    return step.abs().clamp_min(torch.finfo(step.dtype).tiny)
