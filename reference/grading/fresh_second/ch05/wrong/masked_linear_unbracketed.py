"""mask + scores - scores.detach() from left to right: beside a huge score the 1 of the mask is rounded away.

Text: "scores: (out, in), however large or small".
Input: x = [[1.]], weight = [[2.]], scores = [[1e10]], keep = 1.0 gives [[0.]]; promised is [[2.]].
"""
from torch import Tensor


def masked_linear(x: Tensor, weight: Tensor, scores: Tensor, keep: float) -> Tensor:
    mask = top_v_mask(scores.detach(), keep).to(scores.dtype)
    mask = mask + scores - scores.detach()
    return x @ (weight * mask).t()
