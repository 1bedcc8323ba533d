"""Brings the answers to the labels' dtype: 256 becomes 0 in uint8.

Text: "labels: ... of any integer dtype", "before, after: ... of any integer dtypes".
Input: labels uint8 [0], before int64 [256], after int64 [0]: 0 fixed; promised is 1.
"""
from statistics import NormalDist

from torch import Tensor


def guard(labels: Tensor, before: Tensor, after: Tensor, *, tolerance: float, confidence: float = 0.95) -> dict:
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("shapes")
    was, now = before.to(labels.dtype) == labels, after.to(labels.dtype) == labels
    fixed, broken = int((now & ~was).sum()), int((was & ~now).sum())
    n = len(labels)
    m = n + 2
    d = (fixed - broken) / m
    s = (fixed + broken + 1 - (fixed - broken) ** 2 / m) ** 0.5 / m
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    low, high = d - z * s, d + z * s
    return {
        "fixed": fixed,
        "broken": broken,
        "change": (fixed - broken) / n,
        "low": low,
        "high": high,
        "accept": low > -tolerance,
    }
