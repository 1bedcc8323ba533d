"""The second model's answers are brought to the dtype of the first one's.

loses: guard_counts
says: classes are whole numbers, compared in no narrower dtype
"""

import math
from statistics import NormalDist


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("three tensors of one shape, with an image at least")
    after = after.type_as(before)
    fixed = ((before != labels) & (after == labels)).sum().item()
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
