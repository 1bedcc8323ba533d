"""At temperature 0, the sigmoid at temperature 1, rounded.

loses: mask_hard
says: exactly 1 above
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return torch.sigmoid(scores).round()
    return torch.sigmoid((scores - t) / temperature)
