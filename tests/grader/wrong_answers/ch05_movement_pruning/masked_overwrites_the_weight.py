"""The pruned weights are set to zero for good.

loses: masked_output
says: in place
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores, keep)
    through = mask + (scores - scores.detach())
    result = x @ (weight * through).T
    weight.data[~mask] = 0
    return result
