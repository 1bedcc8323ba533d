"""torch.median: of an even number of ratios the lower of the two in the middle, in the ratio and in the resamples.

Text: "of an even number the mean of the two in the middle"
Input: `speed_up(torch.tensor([1.0, 2.0, 3.0, 8.0]), torch.ones(4), torch.tensor([[0, 1, 2, 3]]))` -> promised {'ratio': 2.5, 'low': 2.5, 'high': 2.5}, actual {'ratio': 2.0, 'low': 2.0, 'high': 2.0}
"""

import torch
from torch import Tensor


def speed_up(
    reference: Tensor, own: Tensor, draws: Tensor, level: float = 0.95
) -> dict[str, float]:
    if reference.shape != own.shape or reference.numel() == 0 or draws.numel() == 0:
        raise ValueError("times or draws")
    if draws.shape[1] != reference.shape[0] or not 0 < level < 1:
        raise ValueError("draws or level")
    ratios = reference.double() / own.double()
    medians = ratios[draws].median(dim=1).values
    return {
        "ratio": ratios.median().item(),
        "low": medians.quantile((1 - level) / 2).item(),
        "high": medians.quantile((1 + level) / 2).item(),
    }
