"""The kept weights are the ones set to zero.

loses: masked_output
says: each weight times one or zero
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    mask = ~top_v_mask(scores, keep)
    return x @ (weight * (mask + (scores - scores.detach()))).T
