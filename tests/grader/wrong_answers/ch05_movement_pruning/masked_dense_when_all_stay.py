"""keep=1 takes a short cut past the scores, which then do not learn.

loses: masked_score_gradient
says: a short cut
"""

# ruff: noqa: F821  (top_v_mask is the solution's)

import torch.nn.functional as F


def masked_linear(x, weight, scores, keep):
    if keep == 1:
        return F.linear(x, weight)
    mask = top_v_mask(scores, keep)
    return F.linear(x, weight * (mask + (scores - scores.detach())))
