"""Refuses rows of draws with fewer numbers than rounds, and takes those with more.

Text: "ValueError: ... the two rows of times differ in shape, a row of `draws` hasn't n numbers"
Input: `speed_up(torch.tensor([2.0, 6.0]), torch.tensor([1.0, 2.0]), torch.tensor([[0, 1, 1]]))` -> promised ValueError: draws or level, actual {'ratio': 2.5, 'low': 3.0, 'high': 3.0}
"""

import torch
from torch import Tensor


def speed_up(
    reference: Tensor, own: Tensor, draws: Tensor, level: float = 0.95
) -> dict[str, float]:
    if reference.shape != own.shape:
        raise ValueError("two shapes")
    n, resamples = len(reference), len(draws)
    if n == 0 or resamples == 0 or draws.shape[1] < n:
        raise ValueError("too few rounds or draws")
    if level <= 0 or level >= 1:
        raise ValueError("level")
    ratios = reference.double() / own.double()
    medians = torch.quantile(ratios[draws], 0.5, dim=1)
    return {
        "ratio": float(ratios.quantile(0.5)),
        "low": float(medians.quantile((1 - level) / 2)),
        "high": float(medians.quantile((1 + level) / 2)),
    }
