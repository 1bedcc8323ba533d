"""Weights that are all 0 give NaN.

loses: mean_weights
says: one weight for each teacher
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0:
        raise ValueError("weights")
    total = total or 1.0
    soft = [torch.softmax(each / temperature, dim=1) for each in logits]
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
