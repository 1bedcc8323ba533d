"""Takes no more bins than there are samples.

Text: "bins: B, from 1 to 1000. Most of them may be empty."
Input: two samples, 0.64 and 0.66, and 15 bins.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or confidences.numel() == 0:
        raise ValueError("shapes")
    bins = min(bins, len(correct))
    c = confidences.double()
    if not ((c >= 0) & (c <= 1)).all():
        raise ValueError("no confidences")
    place = (torch.ceil(c * bins) - 1).clamp(min=0).long()
    gaps = torch.zeros(bins, dtype=torch.float64)
    gaps.index_add_(0, place, c - correct.double())
    return gaps.abs().sum().item() / len(c)
