"""Gives the masked scores.

loses: mask_soft, mask_hard
says: expected
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return scores * (scores > t).to(scores.dtype)
    return scores * torch.sigmoid((scores - t) / temperature)
