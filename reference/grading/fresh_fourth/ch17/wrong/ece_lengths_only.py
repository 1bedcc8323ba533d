"""Compares lengths: a column of truth values is broadcast.

Text: "ValueError: there is no sample, the shapes differ".
Input: confidences (3,), correct (3, 1): no ValueError.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if len(confidences) != len(correct) or len(confidences) == 0:
        raise ValueError("shapes")
    c = confidences.double()
    if not ((c >= 0) & (c <= 1)).all():
        raise ValueError("no confidences")
    place = (torch.ceil(c * bins) - 1).clamp(min=0).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, c - correct.double().flatten())
    return gaps.abs().sum().item() / len(c)
