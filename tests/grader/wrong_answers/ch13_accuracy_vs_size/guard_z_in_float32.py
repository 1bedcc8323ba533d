"""z in float32.

loses: guard_interval
says: n + 2 images, and one more among those that
"""

import math

import torch


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not labels.shape == before.shape == after.shape or labels.numel() == 0:
        raise ValueError("three tensors of one shape, with an image at least")
    fixed = ((before != labels) & (after == labels)).sum().item()
    broken = ((before == labels) & (after != labels)).sum().item()
    n = labels.numel() + 2
    middle = (fixed - broken) / n
    deviation = math.sqrt(fixed + broken + 1 - (fixed - broken) ** 2 / n) / n
    half = (torch.erfinv(torch.tensor(confidence)) * math.sqrt(2)).item() * deviation
    return {
        "fixed": fixed,
        "broken": broken,
        "change": (fixed - broken) / labels.numel(),
        "low": middle - half,
        "high": middle + half,
        "accept": middle - half > -tolerance,
    }
