"""At temperature 0, what is positive.

loses: mask_hard
says: exactly 1 above
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > 0).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
