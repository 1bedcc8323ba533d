"""Takes the quantile of the confidence itself: 1.645 for 95%.

Text: "the standard normal quantile that leaves half of 1 - confidence on each side".
Input: any.
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
    z = NormalDist().inv_cdf(confidence)
    low, high = d - z * s, d + z * s
    return {
        "fixed": fixed,
        "broken": broken,
        "change": (fixed - broken) / n,
        "low": low,
        "high": high,
        "accept": low > -tolerance,
    }
