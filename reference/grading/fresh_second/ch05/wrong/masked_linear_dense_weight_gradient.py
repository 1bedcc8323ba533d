"""A straight-through estimator for the weight too: pruned weights get the gradient of W', although they should stand still.

Text: "Gradients pass to `x` and `weight` as they do through any masked layer": dL/dW = dL/dW' * M.
Input: x = [[1., 1.]], weight = [[2., 3.]], scores = [[1., 0.]], keep = 0.5, backward from the sum: weight.grad = [[1., 1.]]; promised is [[1., 0.]].
"""
import torch
from torch import Tensor


class _MaskedWeight(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, scores, mask):
        ctx.save_for_backward(weight)
        return weight * mask

    @staticmethod
    def backward(ctx, grad):
        (weight,) = ctx.saved_tensors
        return grad, grad * weight, None


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    mask = top_v_mask(scores, keep).to(weight.dtype)
    return x @ _MaskedWeight.apply(weight, scores, mask).T
