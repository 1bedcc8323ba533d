"""The geometric mean: log-probabilities are averaged.

loses: mean_scales
says: the mean of probabilities
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    mixed = sum(
        w / total * torch.log_softmax(each / temperature, dim=1) for w, each in zip(weights, logits, strict=True)
    )
    return torch.softmax(mixed, dim=1)
