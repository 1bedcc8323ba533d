"""The result of the whole layer is used on the way back as if nothing were pruned.

loses: masked_weight_gradient
says: true one
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    full = x @ weight.T
    pruned = x @ (weight * (top_v_mask(scores, keep) + (scores - scores.detach()))).T
    return (
        pruned
        + (full - full.detach())
        - (pruned - pruned.detach())
        + x.detach() @ (weight.detach() * (scores - scores.detach())).T
    )
