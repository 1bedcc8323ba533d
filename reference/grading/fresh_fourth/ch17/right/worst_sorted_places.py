"""Counts in two dicts; one sort of the groups in the order of their first samples.
"""
import math
from collections import Counter

from torch import Tensor


def worst_group(correct: Tensor, groups: list, minimum: int = 1, z: float = 1.96) -> dict | None:
    if correct.numel() != len(groups):
        raise ValueError("lengths")
    sizes = Counter(groups)
    hits = Counter(group for group, right in zip(groups, correct.tolist()) if right)
    ranking = sorted(
        (hits[group] / size, -size, groups.index(group)) for group, size in sizes.items() if size >= minimum
    )
    if not ranking:
        return None
    p, n, first = ranking[0]
    n = -n
    a, b = p + z * z / n / 2, z * math.sqrt(p * (1 - p) / n + (z / n / 2) ** 2)
    low, high = (a - b) / (1 + z * z / n), (a + b) / (1 + z * z / n)
    return {"group": groups[first], "n": n, "accuracy": p, "low": max(low, 0.0), "high": min(high, 1.0)}
