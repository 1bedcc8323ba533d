"""A torch.autograd.Function whose backward has the two formulas; the cases by clamping: inside is where clamping changes nothing."""

import torch
from torch import Tensor


class Learned(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, low, high):
        v = torch.div(x, scale)
        held = v.clamp(low, high)
        integers = held.round()
        ctx.inside = held == v
        slope = torch.where(ctx.inside, integers - held, integers)
        ctx.save_for_backward(slope)
        ctx.shape = scale.shape
        ctx.weight = (x.numel() // scale.numel() * high) ** -0.5
        return integers * scale

    @staticmethod
    def backward(ctx, upstream):
        (slope,) = ctx.saved_tensors
        to_x = upstream.masked_fill(~ctx.inside, 0)
        to_scale = (upstream * slope).sum_to_size(ctx.shape) * ctx.weight
        return to_x, to_scale, None, None


def lsq(x: Tensor, scale: Tensor, *, qmin: int, qmax: int) -> Tensor:
    return Learned.apply(x, scale, qmin, qmax)
