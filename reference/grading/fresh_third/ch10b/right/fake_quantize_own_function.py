"""A torch.autograd.Function keeps which elements were within, and hands the gradient through there."""
import torch
from torch import Tensor


class _Through(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, zero_point, qmin, qmax):
        q = (x / scale).round_().add_(zero_point)
        ctx.save_for_backward(q.ge(qmin).logical_and_(q.le(qmax)))
        return q.clamp_(qmin, qmax).sub_(zero_point).mul_(scale)

    @staticmethod
    def backward(ctx, gradient):
        return torch.where(ctx.saved_tensors[0], gradient, torch.zeros_like(gradient)), None, None, None, None


def fake_quantize(x: Tensor, scale: Tensor, zero_point: int, *, qmin: int, qmax: int) -> Tensor:
    return _Through.apply(x, scale.detach(), zero_point, qmin, qmax)
