"""A torch.autograd.Function for the whole layer, with all three gradients written out."""
import torch
from torch import Tensor


class _MaskedLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, scores, mask):
        ctx.save_for_backward(x, weight, mask)
        return x @ weight.where(mask, torch.zeros_like(weight)).T

    @staticmethod
    def backward(ctx, grad):
        x, weight, mask = ctx.saved_tensors
        masked = weight * mask
        arrives = grad.T @ x
        return grad @ masked, arrives * mask, arrives * weight, None


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    return _MaskedLinear.apply(x, weight, scores, top_v_mask(scores, keep))
