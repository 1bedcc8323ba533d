"""Mistake: stops the pruned weights' gradient with a hook on the caller's weight, and never removes it.

With one weight w=[[2.0, -3.0]] that requires a gradient, x=[[5.0, 7.0]], keep=0.5: first y1=masked_linear(x, w, [[1, 0]], 0.5), then
y2=masked_linear(x, w, [[0, 1]], 0.5); the text promises that y2.sum().backward() gives w the gradient [[0, 7]], as any masked
layer; gives [[0, 0]], because the first call's hook still masks. (Also y1.sum() + w.sum(): promised [[6, 1]], gives [[6, 0]].)
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    mask = top_v_mask(scores, keep).to(weight.dtype)
    if weight.requires_grad:
        weight.register_hook(lambda gradient: gradient * mask)
    straight = mask + (scores - scores.detach())
    return F.linear(x, weight * straight)
