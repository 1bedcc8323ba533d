"""The labels are brought to the dtype of each model's answers, where classes may begin again at 0.

loses: guard_counts
says: classes are whole numbers, compared in no narrower dtype
"""

import math
from statistics import NormalDist


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("three tensors of one shape, with an image at least")
    fixed = ((before != labels.to(before.dtype)) & (after == labels.to(after.dtype))).sum().item()
    broken = ((before == labels) & (after != labels)).sum().item()
    n = labels.numel() + 2
    middle = (fixed - broken) / n
    half = NormalDist().inv_cdf((1 + confidence) / 2) / n
    half *= math.sqrt(fixed + broken + 1 - (fixed - broken) ** 2 / n)
    return {
        "fixed": fixed,
        "broken": broken,
        "change": (fixed - broken) / labels.numel(),
        "low": middle - half,
        "high": middle + half,
        "accept": middle - half > -tolerance,
    }
