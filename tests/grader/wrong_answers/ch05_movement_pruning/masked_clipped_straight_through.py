"""The straight-through gradient stops at scores beyond 10.

loses: masked_score_gradient
says: is the gradient clipped
"""

# ruff: noqa: F821  (top_v_mask is the solution's)

import torch.nn.functional as F


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores, keep)
    c = scores.clamp(-10, 10)
    return F.linear(x, weight * (mask + (c - c.detach())))
