"""The threshold is taken for a share: as many as in the hard variant.

loses: soft_threshold
says: the number of those
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def soft_mask(scores, threshold):
    return top_v_mask(scores, 1 - threshold)
