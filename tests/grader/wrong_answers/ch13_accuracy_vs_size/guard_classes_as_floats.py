"""Classes become float32, in which 2**24 + 1 is 2**24.

loses: guard_counts
says: classes are compared as whole numbers: floats take some
"""

import math
from statistics import NormalDist


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("three tensors of one shape, with an image at least")
    labels, before, after = labels.float(), before.float(), after.float()
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
