"""With a scale for each output channel it counts x.shape[1] values: right for a matrix, but a convolution has in * kh * kw of them.

Text: "one for each output channel, (out, 1, ..., 1) with as many dimensions as `x`" and "N being how many values share one scale"
Input: x = full((2, 1, 2, 2), 0.3), scale ones(2, 1, 1, 1), qmin=-2, qmax=1, upstream ones: promised gradient of scale -1.2 / sqrt(4) = -0.6 each,
    actual -1.2 each.
"""

import math

import torch
from torch import Tensor


class _LSQ(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, qmin, qmax):
        v = x / scale
        ctx.save_for_backward(v, scale)
        ctx.qmin, ctx.qmax = qmin, qmax
        return torch.round(v).clamp(qmin, qmax) * scale

    @staticmethod
    def backward(ctx, grad):
        v, scale = ctx.saved_tensors
        below, above = v < ctx.qmin, v > ctx.qmax
        inside = ~(below | above)
        slope = torch.where(inside, torch.round(v) - v, torch.zeros_like(v))
        slope = torch.where(below, torch.full_like(v, ctx.qmin), slope)
        slope = torch.where(above, torch.full_like(v, ctx.qmax), slope)
        if scale.numel() == 1:
            n = v.numel()
        else:
            n = v.shape[1] if v.dim() > 1 else 1
        grad_scale = (grad * slope).sum_to_size(scale.shape)
        return grad * inside, grad_scale / math.sqrt(n * ctx.qmax), None, None


def lsq(x: Tensor, scale: Tensor, *, qmin: int, qmax: int) -> Tensor:
    return _LSQ.apply(x, scale, qmin, qmax)
