"""Keeps so many in each row.

loses: mask_soft
says: sigmoid((score - t) / temperature)
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().sort(dim=-1, descending=True).values.flatten()
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
