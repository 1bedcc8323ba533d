"""Counts the four cells with bincount, adds 1/2 to each, and computes with the table.
"""
from statistics import NormalDist

import torch
from torch import Tensor


def guard(labels: Tensor, before: Tensor, after: Tensor, *, tolerance: float, confidence: float = 0.95) -> dict:
    if labels.shape != before.shape or before.shape != after.shape or not labels.numel():
        raise ValueError("one shape, and not empty")
    code = 2 * before.eq(labels).long() + after.eq(labels).long()
    cells = torch.bincount(code.flatten(), minlength=4).tolist()
    _, fixed, broken, _ = cells
    half = [count + 0.5 for count in cells]
    n = sum(half)
    p, q = half[1] / n, half[2] / n
    spread = ((p + q - (p - q) ** 2) / n) ** 0.5
    z = NormalDist(0.0, 1.0).inv_cdf(0.5 + confidence / 2)
    result = {"fixed": fixed, "broken": broken, "change": (fixed - broken) / sum(cells)}
    result["low"] = (p - q) - z * spread
    result["high"] = (p - q) + z * spread
    result["accept"] = result["low"] > -tolerance
    return result
