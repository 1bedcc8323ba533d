"""Rounds the ECE to nine digits behind the point.

Text: "right to nine digits (where it is 0, within 1e-12)".
Input: [0.99987654321], [True]: 0.000123457; promised is 0.00012345679.
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
    gaps.index_add_(0, place, c - correct.double())
    return round(gaps.abs().sum().item() / len(c), 9)
