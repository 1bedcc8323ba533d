"""The scores multiply the weights that they keep.

loses: masked_output
says: the scores choose, and don't scale
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    return x @ (weight * top_v_mask(scores, keep) * scores).T
