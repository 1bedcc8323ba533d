"""Multiplies and subtracts in the tensor that it was given, where .double() makes no copy.

Text: "don't modify what you are given."
Input: float64 confidences are other ones afterwards.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or confidences.numel() == 0:
        raise ValueError("shapes")
    c = confidences.double()
    if not ((c >= 0) & (c <= 1)).all():
        raise ValueError("no confidences")
    kept = c.clone()
    place = c.mul_(bins).ceil_().sub_(1).clamp_(min=0).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, kept - correct.double())
    return gaps.abs().sum().item() / len(c)
