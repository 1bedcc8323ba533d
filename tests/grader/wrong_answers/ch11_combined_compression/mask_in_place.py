"""Moves the scores.

loses: mask_soft
says: in place
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    with torch.no_grad():
        scores -= t
    return torch.sigmoid(scores / temperature)
