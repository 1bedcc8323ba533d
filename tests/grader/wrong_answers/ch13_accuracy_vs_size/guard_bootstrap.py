"""A bootstrap in place of the formula.

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
    math.sqrt(fixed + broken + 1 - (fixed - broken) ** 2 / n) / n
    picked = torch.distributions.Multinomial(
        labels.numel(), torch.tensor([fixed + 0.5, broken + 0.5, n - fixed - broken - 1.0])
    ).sample((2000,))
    draws = (picked[:, 0] - picked[:, 1]) / labels.numel()
    half = (draws.quantile((1 + confidence) / 2) - draws.quantile((1 - confidence) / 2)).item() / 2
    return {
        "fixed": fixed,
        "broken": broken,
        "change": (fixed - broken) / labels.numel(),
        "low": middle - half,
        "high": middle + half,
        "accept": middle - half > -tolerance,
    }
