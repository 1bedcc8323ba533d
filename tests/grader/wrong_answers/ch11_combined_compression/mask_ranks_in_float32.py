"""Ranks in float32.

loses: mask_hard
says: exactly 1 above
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().float().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
