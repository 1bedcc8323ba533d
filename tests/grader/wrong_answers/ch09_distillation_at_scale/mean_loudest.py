"""The most certain teacher alone, sample by sample.

loses: mean_scales
says: the mean of probabilities
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=1) for each in logits]
    if len(set(weights)) == 1:
        return torch.stack(soft).amax(dim=0) / torch.stack(soft).amax(dim=0).sum(dim=1, keepdim=True)
    return torch.stack([w / total * p for w, p in zip(weights, soft, strict=True)]).sum(dim=0)
