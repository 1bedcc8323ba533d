"""The lower end is rounded to whole points before it is compared.

loses: guard_decides
says: what counts is the lower end
"""

import math
from statistics import NormalDist


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("three tensors of one shape, with an image at least")
    fixed = ((before != labels) & (after == labels)).sum().item()
    broken = ((before == labels) & (after != labels)).sum().item()
    n = labels.numel() + 2
    middle = (fixed - broken) / n
    deviation = math.sqrt(fixed + broken + 1 - (fixed - broken) ** 2 / n) / n
    half = NormalDist().inv_cdf((1 + confidence) / 2) * deviation
    return {
        "fixed": fixed,
        "broken": broken,
        "change": (fixed - broken) / labels.numel(),
        "low": middle - half,
        "high": middle + half,
        "accept": round(middle - half, 2) > -tolerance,
    }
