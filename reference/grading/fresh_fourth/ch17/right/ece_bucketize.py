"""torch.bucketize with edges in float64, and means by bin.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or not len(correct):
        raise ValueError("shapes")
    c = confidences.to(torch.float64)
    if torch.isnan(c).any() or (c < 0).any() or (c > 1).any():
        raise ValueError("no confidence")
    inner = torch.arange(1, bins, dtype=torch.float64) / bins
    place = torch.bucketize(c, inner)
    n = torch.bincount(place, minlength=bins)
    mean = torch.bincount(place, weights=c, minlength=bins) / n.clamp(min=1)
    share = torch.bincount(place, weights=correct.double(), minlength=bins) / n.clamp(min=1)
    return float((n.double() / len(c) * (mean - share).abs()).sum())
