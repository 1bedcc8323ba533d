"""Rounds the shares to ten digits.

Text: "All shares are floats in double precision, neither points nor percent, not rounded."
Input: 0 fixed and 0 broken of 100: low is -0.0192153332; promised is -0.019215333182...
"""
from statistics import NormalDist

from torch import Tensor


def guard(labels: Tensor, before: Tensor, after: Tensor, *, tolerance: float, confidence: float = 0.95) -> dict:
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("shapes")
    was, now = before == labels, after == labels
    fixed, broken = int((now & ~was).sum()), int((was & ~now).sum())
    n = len(labels)
    m = n + 2
    d = (fixed - broken) / m
    s = (fixed + broken + 1 - (fixed - broken) ** 2 / m) ** 0.5 / m
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    low, high = round(d - z * s, 10), round(d + z * s, 10)
    return {
        "fixed": fixed,
        "broken": broken,
        "change": round((fixed - broken) / n, 10),
        "low": low,
        "high": high,
        "accept": low > -tolerance,
    }
