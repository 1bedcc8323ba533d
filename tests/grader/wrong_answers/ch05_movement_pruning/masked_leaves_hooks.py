"""A hook holds back the gradient of pruned weights, and stays on the caller's weight.

loses: masked_weight_gradient
says: hook
"""

# ruff: noqa: F821


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores, keep).to(weight.dtype)
    if weight.requires_grad:
        weight.register_hook(lambda gradient: gradient * mask)
    return x @ (weight * (mask + (scores - scores.detach()))).T
