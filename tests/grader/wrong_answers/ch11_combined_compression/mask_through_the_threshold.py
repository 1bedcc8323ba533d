"""The gradient passes through the threshold as well.

loses: mask_gradient
says: m (1 - m)
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
