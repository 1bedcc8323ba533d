"""The weight gets no gradient.

loses: masked_weight_gradient
says: through the weight
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def masked_linear(x, weight, scores, keep):
    through = top_v_mask(scores, keep) + (scores - scores.detach())
    return x @ (weight.detach() * through).T
