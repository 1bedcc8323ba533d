"""A tiny temperature instead of 0.

loses: mask_hard
says: exactly 1 above
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    return torch.sigmoid((scores - t) / max(temperature, 0.1))
