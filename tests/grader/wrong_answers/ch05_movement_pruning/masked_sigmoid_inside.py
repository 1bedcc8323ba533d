"""The scores pass through a sigmoid on the way back.

loses: masked_score_gradient
says: times the weight
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    soft = scores.sigmoid()
    return x @ (weight * (top_v_mask(scores, keep) + (soft - soft.detach()))).T
