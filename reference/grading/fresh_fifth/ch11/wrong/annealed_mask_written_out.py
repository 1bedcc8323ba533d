"""Writes the sigmoid out as 1 / (1 + exp(-z)): exp overflows at small temperatures, the value is still 0, but its gradient NaN.

Text: "temperature: 0 or larger; small ones are allowed too." and "Above temperature 0 a gradient passes to the scores"
Input: scores tensor([1., 0.]), keep=1, temperature=0.001, upstream ones: promised gradient [0., 0.], actual [0., nan].
"""

import torch
from torch import Tensor


def annealed_mask(scores: Tensor, *, keep: int, temperature: float) -> Tensor:
    top = torch.topk(scores.detach().flatten(), keep + 1).values
    t = (top[-1] + top[-2]) / 2
    if temperature == 0:
        return (scores > t).to(scores.dtype)
    return 1 / (1 + torch.exp(-(scores - t) / temperature))
