"""The gradient of the scores has the wrong sign.

loses: masked_score_gradient
says: times the weight
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    return x @ (weight * (top_v_mask(scores, keep) + (scores.detach() - scores))).T
