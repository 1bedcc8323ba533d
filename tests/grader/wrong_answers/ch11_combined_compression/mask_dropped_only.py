"""Only what goes gets a gradient.

loses: mask_gradient
says: m (1 - m)
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    soft = torch.sigmoid((scores - t) / temperature)
    return torch.where(scores < t, soft, soft.detach())
