"""Gives the median of the resampled medians as the ratio, and not that of the rounds as they were measured.

Text: "the median of the n ratios reference / own"
Input: `speed_up(torch.tensor([1.0, 2.0, 3.0]), torch.ones(3), torch.tensor([[0, 0, 1], [0, 0, 2], [2, 2, 1]]))['ratio']` -> promised 2.0, actual 1.0
"""

import torch
from torch import Tensor


def speed_up(
    reference: Tensor, own: Tensor, draws: Tensor, level: float = 0.95
) -> dict[str, float]:
    if reference.shape != own.shape or reference.numel() == 0 or draws.numel() == 0:
        raise ValueError("times or draws")
    if draws.shape[1] != reference.shape[0]:
        raise ValueError("a row of draws")
    if not 0 < level < 1:
        raise ValueError("level")
    ratios = reference.double() / own.double()
    medians = ratios[draws].quantile(0.5, dim=1)
    at = torch.tensor([0.5, (1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    middle, low, high = medians.quantile(at).tolist()
    return {"ratio": middle, "low": low, "high": high}
