"""The sigmoid written out, whose gradient is NaN where exp runs over.

loses: mask_gradient
says: at small temperatures
"""

import torch
from torch import Tensor


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    ordered = scores.detach().flatten().sort(descending=True).values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return 1 / (1 + torch.exp((t - scores) / temperature))
