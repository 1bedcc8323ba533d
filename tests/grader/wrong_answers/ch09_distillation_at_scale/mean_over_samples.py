"""The softmax runs over the samples.

loses: mean_scales
says: the mean of probabilities
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=0) for each in logits]
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
