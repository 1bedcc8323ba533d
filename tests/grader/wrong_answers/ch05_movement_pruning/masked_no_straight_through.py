"""The mask is a plain step: no gradient reaches a score.

loses: masked_score_gradient
says: for every score
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    return x @ (weight * top_v_mask(scores, keep)).T
