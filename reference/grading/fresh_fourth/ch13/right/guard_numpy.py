"""NumPy's truth values, and the error function's inverse by torch for z.
"""
import numpy as np
import torch
from torch import Tensor


def guard(labels: Tensor, before: Tensor, after: Tensor, *, tolerance: float, confidence: float = 0.95) -> dict:
    y, old, new = (t.numpy() for t in (labels, before, after))
    if y.shape != old.shape or y.shape != new.shape or y.size == 0:
        raise ValueError
    gain = (new == y).astype(np.int64) - (old == y).astype(np.int64)
    fixed, broken = int((gain > 0).sum()), int((gain < 0).sum())
    n = y.size + 2
    difference = int(gain.sum())
    s = float(np.sqrt(np.abs(gain).sum() + 1 - difference**2 / n)) / n
    z = float(torch.erfinv(torch.tensor(confidence, dtype=torch.float64))) * 2**0.5
    low = difference / n - z * s
    return {
        "accept": low > -float(tolerance),
        "low": low,
        "high": difference / n + z * s,
        "change": difference / y.size,
        "broken": broken,
        "fixed": fixed,
    }
