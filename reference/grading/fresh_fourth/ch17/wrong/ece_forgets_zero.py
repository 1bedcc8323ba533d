"""Counts in each bin what is above its lower edge: a confidence of 0 is in no bin.

Text: "Only the first is closed below, too, so that a confidence of 0 has a place."
Input: [0.0], [True]: 0.0; promised is 1.0.
"""
import torch
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if confidences.shape != correct.shape or len(confidences) == 0:
        raise ValueError("shapes")
    c, right = confidences.double(), correct.double()
    if c.isnan().any() or c.min() < 0 or c.max() > 1:
        raise ValueError("no confidences")
    total = 0.0
    for b in range(bins):
        inside = (c > b / bins) & (c <= (b + 1) / bins)
        if inside.any():
            total += inside.double().mean().item() * abs(c[inside].mean() - right[inside].mean()).item()
    return total
