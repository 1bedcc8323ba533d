"""Bins are closed below and open above, the last one closed.

Text: "Bin b holds the confidences c with (b-1)/B < c <= b/B: open below, closed above."
Input: [0.5, 0.3], [False, True], 2 bins.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or confidences.numel() == 0:
        raise ValueError("shapes")
    c = confidences.double()
    if not ((c >= 0) & (c <= 1)).all():
        raise ValueError("no confidences")
    place = torch.floor(c * bins).clamp(max=bins - 1).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, c - correct.double())
    return gaps.abs().sum().item() / len(c)
