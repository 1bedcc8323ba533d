"""Counts equal scores once.

loses: mask_soft
says: half way between the last
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().unique().flip(0)
    t = (ordered[min(keep, len(ordered)) - 1] + ordered[min(keep, len(ordered) - 1)]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
