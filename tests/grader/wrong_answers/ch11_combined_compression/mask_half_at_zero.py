"""Half a mask at temperature 0.

loses: mask_hard
says: exactly 1 above
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return 0.5 + 0.5 * (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
