"""A small number stands under the root.

loses: scores_norm
says: is a small number added
"""


def channel_scores(weight, p):
    flat = weight.flatten(1)
    return flat.abs().sum(1) if p == 1 else (flat.pow(2).sum(1) + 1e-12).sqrt()
