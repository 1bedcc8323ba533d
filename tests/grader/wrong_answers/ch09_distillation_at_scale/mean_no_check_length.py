"""Fewer weights than teachers are let through.

loses: mean_weights
says: one weight for each teacher
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=1) for each in logits]
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=False)]).sum(dim=0)
