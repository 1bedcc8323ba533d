"""Takes the absolute value of each sample's gap, and no bins matter.

Text: "In each bin compare the mean confidence with the share that is right".
Input: [0.5, 0.5], [True, False]: 0.5; promised is 0.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or confidences.numel() == 0:
        raise ValueError("shapes")
    c = confidences.double()
    if not ((c >= 0) & (c <= 1)).all():
        raise ValueError("no confidences")
    place = (torch.ceil(c * bins) - 1).clamp(min=0).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, (c - correct.double()).abs())
    return gaps.abs().sum().item() / len(c)
