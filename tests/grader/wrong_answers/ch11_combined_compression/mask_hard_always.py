"""Hard from the start: no gradient.

loses: mask_soft, mask_gradient
says: expected
"""

import torch


def annealed_mask(scores, *, keep, temperature):
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature >= 0:
        return (scores > t).to(scores.dtype) + 0 * scores
    return torch.sigmoid((scores - t) / temperature)
