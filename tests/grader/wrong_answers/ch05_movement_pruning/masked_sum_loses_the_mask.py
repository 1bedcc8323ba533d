"""Scores are added to the mask and taken away again: with large scores rounding swallows the mask.

loses: masked_output
says: rounding swallows
"""

# ruff: noqa: F821  (top_v_mask is the solution's)

import torch.nn.functional as F


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores, keep).to(weight.dtype)
    return F.linear(x, weight * (mask + scores - scores.detach()))
