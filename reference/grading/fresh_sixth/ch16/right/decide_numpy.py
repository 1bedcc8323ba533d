"""NumPy: all measures at once, with masks for those without requests."""

import numpy as np


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    names = list(limits)
    limit = np.array([limits[name] for name in names], dtype=float)
    if limit.size == 0 or not ((limit > 0) & (limit < 1)).all():
        raise ValueError("limits")
    table = np.array([counts.get(name, (0, 0)) for name in names], dtype=float)
    k, n = table.T
    if (k < 0).any() or (n < 0).any() or (k > n).any():
        raise ValueError("counts")
    known = n > 0
    n = np.where(known, n, 1.0)
    p, z2 = k / n, 1.96**2
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))
    low = np.where(known, (p + z2 / (2 * n) - half) / (1 + z2 / n), 0.0)
    high = np.where(known, (p + z2 / (2 * n) + half) / (1 + z2 / n), 1.0)
    for word, mask in (("rollback", low > limit), ("wait", high >= limit)):
        if mask.any():
            return word, [name for name, due in zip(names, mask) if due]
    return "promote", []
