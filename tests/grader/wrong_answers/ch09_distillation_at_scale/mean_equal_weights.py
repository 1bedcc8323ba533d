"""The weights are ignored.

loses: mean_weights
says: each teacher's weight
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=1) for each in logits]
    return torch.stack([p / len(logits) for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
