"""A scale for each weight: the gradient isn't summed.

loses: lsq_scale_factor
says: the sum of all
"""

import math

import torch


class OwnScale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scale, shape):
        ctx.own = scale.shape
        return scale.expand(shape).clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient.flatten()[-1].expand(ctx.own).clone(), None


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = OwnScale.apply(scale * factor + (scale - scale * factor).detach(), x.shape)
    v = x / s
    inside = (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
