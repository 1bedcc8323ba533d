"""Sorts upwards and counts from that end: so many scores go as should stay.

Text: "t lies half way between the `keep`-th largest score and the next one"
Input: annealed_mask(tensor([3., -1., 0.5]), keep=1, temperature=0): promised [1., 0., 0.], actual [1., 0., 1.].
"""

import torch
from torch import Tensor


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    ordered = scores.detach().flatten().sort().values
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return torch.sigmoid((scores - t) / temperature)
