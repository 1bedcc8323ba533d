"""Allows a confidence to be above 1 by rounding, and clamps it.

Text: "ValueError: ... a confidence is NaN, below 0 or above 1, however little."
Input: [1 + 1e-12] in float64: a number; promised is a ValueError.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or confidences.numel() == 0:
        raise ValueError("shapes")
    c = confidences.double()
    if not ((c >= -1e-9) & (c <= 1 + 1e-9)).all():
        raise ValueError("no confidences")
    c = c.clamp(0, 1)
    place = (torch.ceil(c * bins) - 1).clamp(min=0).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, c - correct.double())
    return gaps.abs().sum().item() / len(c)
