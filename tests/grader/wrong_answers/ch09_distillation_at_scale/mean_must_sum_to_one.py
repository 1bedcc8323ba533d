"""Weights that don't sum to 1 are refused.

loses: mean_scales
says: ValueError: weights
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or abs(total - 1) > 1e-6:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=1) for each in logits]
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
