"""The gradient of the scores is the mean over the batch's inputs, and not their sum.

loses: masked_score_gradient
says: add up
"""

# ruff: noqa: F821


def masked_linear(x, weight, scores, keep):
    through = top_v_mask(scores, keep) + (scores - scores.detach()) / len(x)
    return x @ (weight * through).T
