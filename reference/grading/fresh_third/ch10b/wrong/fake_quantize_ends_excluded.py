"""Takes what stands on the first or the last integer for clamped.

Text: "1 where q lies within the integers, their ends included".
Input: x = 7, scale 1, zero point 0, qmax 7: gradient 0; promised: 1.
"""
import torch
from torch import Tensor


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, zero_point, qmin, qmax):
        q = torch.round(x / scale) + zero_point
        ctx.save_for_backward((q > qmin) & (q < qmax))
        return (torch.clamp(q, qmin, qmax) - zero_point) * scale

    @staticmethod
    def backward(ctx, gradient):
        (within,) = ctx.saved_tensors
        return gradient * within, None, None, None, None


def fake_quantize(x: Tensor, scale: Tensor, zero_point: int, *, qmin: int, qmax: int) -> Tensor:
    return _Round.apply(x, scale, zero_point, qmin, qmax)
