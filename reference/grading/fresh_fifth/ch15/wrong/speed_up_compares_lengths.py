"""Compares only how long the two rows are: a column of times has the length, and the ratios become a table.

Text: "ValueError: there is no round or no resample, the two rows of times differ in shape"
Input: `speed_up(torch.tensor([2.0, 6.0]), torch.tensor([[1.0], [2.0]]), torch.tensor([[0, 1]]))` -> promised ValueError: times, actual {'ratio': 2.5, 'low': 1.5750000000000002, 'high': 4.425}
"""

import torch
from torch import Tensor


def speed_up(
    reference: Tensor, own: Tensor, draws: Tensor, level: float = 0.95
) -> dict[str, float]:
    n = len(reference)
    if n == 0 or len(draws) == 0 or len(own) != n:
        raise ValueError("no rounds, no resamples, or two lengths")
    if draws.shape[1] != n or not 0 < level < 1:
        raise ValueError("draws or level")
    ratios = reference.double() / own.double()
    medians = ratios[draws].quantile(0.5, dim=1)
    return {
        "ratio": ratios.quantile(0.5).item(),
        "low": medians.quantile((1 - level) / 2).item(),
        "high": medians.quantile((1 + level) / 2).item(),
    }
