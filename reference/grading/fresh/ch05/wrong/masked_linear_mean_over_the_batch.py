"""Mistake: the handwritten backward takes the mean over the batch where it should take the sum, for weight and scores.

With x=torch.ones(2, 1), weight=[[2.0]], scores=[[1.0]], keep=1.0 and an upstream gradient of ones(2, 1), the text promises the
true gradient 2 for the weight, and 2*2 = 4 for the score; gives 1 and 2.
"""
import torch
from torch import Tensor


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    class Masked(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, weight, scores):
            mask = top_v_mask(scores, keep).to(weight.dtype)
            ctx.save_for_backward(x, weight, mask)
            return x @ (weight * mask).T

        @staticmethod
        def backward(ctx, upstream):
            x, weight, mask = ctx.saved_tensors
            masked_weight_gradient = upstream.T @ x / x.shape[0]
            return upstream @ (weight * mask), masked_weight_gradient * mask, masked_weight_gradient * weight

    return Masked.apply(x, weight, scores)
