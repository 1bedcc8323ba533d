"""The absolute value is taken of the sum, not of the weights.

loses: scores_norm
says: matters as much as a positive one
"""


def channel_scores(weight, p):
    flat = weight.flatten(1)
    return flat.sum(1).abs() if p == 1 else flat.square().sum(1).sqrt()
