"""keep=0 takes a short cut past the scores: no weight can come back.

loses: masked_score_gradient
says: a short cut
"""

# ruff: noqa: F821  (top_v_mask is the solution's)

import torch.nn.functional as F


def masked_linear(x, weight, scores, keep):
    if keep == 0:
        return x.new_zeros(len(x), len(weight))
    mask = top_v_mask(scores, keep)
    return F.linear(x, weight * (mask + (scores - scores.detach())))
