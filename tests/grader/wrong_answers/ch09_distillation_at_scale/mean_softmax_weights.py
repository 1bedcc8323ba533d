"""A softmax over the weights.

loses: mean_weights
says: each teacher's weight
"""

import torch


def mean_of_teachers(logits, weights, temperature):
    total = sum(weights)
    shares = torch.softmax(torch.tensor(weights), dim=0).tolist()
    if len(weights) != len(logits) or min(weights) < 0 or total == 0:
        raise ValueError("weights")
    soft = [torch.softmax(each / temperature, dim=1) for each in logits]
    return torch.stack([w * p for w, p in zip(shares, soft, strict=True)]).sum(dim=0)
