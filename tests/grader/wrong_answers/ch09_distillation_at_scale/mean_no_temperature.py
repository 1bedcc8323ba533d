"""The temperature is not used.

loses: mean_scales
says: the temperature divides each teacher's logits
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each, dim=1) for each in logits]
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
