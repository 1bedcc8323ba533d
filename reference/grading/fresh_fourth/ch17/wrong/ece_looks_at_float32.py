"""Looks for wrong confidences in float32: a little above 1 is 1 there.

Text: "above 1, however little"; "computed in float64 from the confidences as they are".
Input: [1 + 1e-10, 0.5]: a number; promised is a ValueError.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or confidences.numel() == 0:
        raise ValueError("shapes")
    c = confidences.double()
    if not ((c.float() >= 0) & (c.float() <= 1)).all():
        raise ValueError("no confidences")
    place = (torch.ceil(c * bins) - 1).clamp(0, bins - 1).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, c - correct.double())
    return gaps.abs().sum().item() / len(c)
