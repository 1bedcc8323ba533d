"""The score gets the gradient of the masked weight, without the weight.

loses: masked_score_gradient
says: times the weight
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    mask = top_v_mask(scores, keep)
    return x @ (weight * mask + (scores - scores.detach())).T
