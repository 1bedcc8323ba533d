"""Counts wrap around at 256.

loses: guard_counts
says: no count in 8 bits
"""

import math
from statistics import NormalDist

import torch


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("three tensors of one shape, with an image at least")
    fixed = int(((before != labels) & (after == labels)).sum(dtype=torch.uint8))
    broken = int(((before == labels) & (after != labels)).sum(dtype=torch.uint8))
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
        "accept": middle - half > -tolerance,
    }
