"""Lists, the statistics module, and quantiles interpolated by hand."""

import math
import statistics

from torch import Tensor


def _quantile(ordered, q):
    place = q * (len(ordered) - 1)
    left = min(math.floor(place), len(ordered) - 1)
    right = min(left + 1, len(ordered) - 1)
    return ordered[left] + (place - left) * (ordered[right] - ordered[left])


def speed_up(
    reference: Tensor, own: Tensor, draws: Tensor, level: float = 0.95
) -> dict[str, float]:
    if reference.shape != own.shape:
        raise ValueError("the rounds differ")
    ratios = [a / b for a, b in zip(reference.tolist(), own.tolist())]
    rows = draws.tolist()
    if not ratios or not rows or any(len(row) != len(ratios) for row in rows):
        raise ValueError("rounds or resamples")
    if level <= 0 or level >= 1:
        raise ValueError("level")
    medians = sorted(statistics.median(ratios[i] for i in row) for row in rows)
    rest = (1 - level) / 2
    return dict(
        ratio=statistics.median(ratios),
        low=_quantile(medians, rest),
        high=_quantile(medians, level + rest),
    )
