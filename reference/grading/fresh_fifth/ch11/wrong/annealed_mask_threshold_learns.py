"""Forgets to detach the threshold: the last that stays and the first that goes get a gradient through t as well.

Text: "a gradient passes to the scores, with t taken as a fixed number"
Input: scores tensor([1., 0.]), keep=1, temperature=1.0, upstream tensor([1., 0.]): promised gradient [0.2350, 0.], actual [0.1175, -0.1175].
"""

import torch
from torch import Tensor


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    ordered, _ = torch.sort(scores.reshape(-1), descending=True)
    t = (ordered[keep - 1] + ordered[keep]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype).detach()
    return torch.sigmoid((scores - t) / temperature)
