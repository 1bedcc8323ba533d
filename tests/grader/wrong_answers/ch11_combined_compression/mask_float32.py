"""Gives float32.

loses: mask_soft
says: keeps the dtype
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    scores = scores.float()
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
