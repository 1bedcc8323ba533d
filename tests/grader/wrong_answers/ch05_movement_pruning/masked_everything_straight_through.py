"""The gradient passes straight through to pruned weights too.

loses: masked_weight_gradient
says: whose pruned weights are zero
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores, keep)
    masked = weight * (mask + (scores - scores.detach()))
    dense = weight - weight.detach()
    return x @ (masked + dense * ~mask).T
