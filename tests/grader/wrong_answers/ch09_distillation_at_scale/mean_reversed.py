"""The weights are given to the teachers in reverse order.

loses: mean_weights
says: each teacher's weight
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=1) for each in reversed(logits)]
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
