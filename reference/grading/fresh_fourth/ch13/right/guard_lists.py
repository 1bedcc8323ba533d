"""Python lists and a loop over the images.
"""
import math
import statistics

from torch import Tensor


def guard(labels: Tensor, before: Tensor, after: Tensor, *, tolerance: float, confidence: float = 0.95) -> dict:
    if tuple(labels.shape) != tuple(before.shape) or tuple(labels.shape) != tuple(after.shape):
        raise ValueError("shapes")
    rows = list(zip(labels.tolist(), before.tolist(), after.tolist()))
    if not rows:
        raise ValueError("no images")
    f = b = 0
    for label, old, new in rows:
        if old != label and new == label:
            f += 1
        elif old == label and new != label:
            b += 1
    n = len(rows)
    d = (f - b) / (n + 2)
    s = math.sqrt(f + b + 1 - (f - b) ** 2 / (n + 2)) / (n + 2)
    z = -statistics.NormalDist().inv_cdf((1 - confidence) / 2)
    low, high = d - z * s, d + z * s
    return dict(fixed=f, broken=b, change=(f - b) / n, low=low, high=high, accept=low > -tolerance)
