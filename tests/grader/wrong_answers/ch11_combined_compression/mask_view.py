"""Needs contiguous scores.

loses: mask_soft
says: needs a tensor that lies in memory without ga
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().view(-1).sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
