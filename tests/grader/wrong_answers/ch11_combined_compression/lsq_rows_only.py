"""Takes every scale for a column of two.

loses: lsq_values
says: from: lsq(
"""

import math

import torch


class Step(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, qmin, qmax):
        v = x / scale
        ctx.save_for_backward(v, scale)
        ctx.ends = qmin, qmax
        return torch.round(v).clamp(qmin, qmax) * scale

    @staticmethod
    def backward(ctx, gradient):
        v, scale = ctx.saved_tensors
        qmin, qmax = ctx.ends
        inside = (v > qmin) & (v < qmax)
        each = torch.where(inside, torch.round(v) - v, v.clamp(qmin, qmax))
        factor = 1 / math.sqrt(v.numel() // scale.numel() * qmax)
        return gradient * inside, (gradient * each).sum_to_size(scale.shape) * factor, None, None


def lsq(x, scale, *, qmin, qmax):
    return Step.apply(x, scale.reshape(-1, 1), qmin, qmax)
