"""Plain Python: fractions, a heap, exact sums, a quantile written out."""

import heapq
import math
import statistics
from fractions import Fraction


def time_calls(call, clock, repeats, warmup=3):
    if repeats <= 0 or warmup <= -1:
        raise ValueError(repeats, warmup)
    found = []
    for turn in range(-warmup, repeats):
        if turn < 0:
            call()
            continue
        before = clock()
        call()
        after = clock()
        found.append((after - before) * 1e3)
    return tuple(found)


def latency_percentile(times, percent, beyond=10):
    if len(times) == 0 or any(math.isnan(t) or math.isinf(t) or t <= 0 for t in times):
        raise ValueError("times")
    if percent not in range(1, 100):
        raise ValueError("percent")
    rank = math.ceil(Fraction(percent, 100) * len(times))
    return heapq.nsmallest(rank, times)[-1] if len(times) >= rank + beyond else None


def throughput(times, images):
    if not times or not images or len(times) != len(images):
        raise ValueError("lengths")
    milliseconds, count = Fraction(0), 0
    for took, handled in zip(times, images, strict=True):
        if handled < 0:
            raise ValueError("negative")
        milliseconds += Fraction(took)
        count += handled
    result = {"images_per_second": float(count / milliseconds * 1000), "ms_per_image": None}
    if count > 0:
        result["ms_per_image"] = float(milliseconds / count)
    return result


def wilson_interval(right, n, z=1.96):
    if right < 0 or n < right or n == 0:
        raise ValueError("counts")
    # The roots of (p - x)^2 = z^2 x (1 - x) / n: the larger in size first, the other by their product.
    a, b, c = 1 + z * z / n, -(2 * right / n + z * z / n), (right / n) ** 2
    root = math.sqrt(max(0.0, z * z / n * (z * z / n + 4 * (right / n) * (1 - right / n))))
    high = (-b + root) / (2 * a)
    low = c / (a * high)
    return [max(low, 0.0), min(high, 1.0)]


def speed_up(reference, own, draws, level=0.95):
    if tuple(reference.shape) != tuple(own.shape) or reference.numel() == 0 or draws.numel() == 0:
        raise ValueError("shapes")
    if math.isnan(level) or level <= 0 or level >= 1:
        raise ValueError("level")
    ratios = [a / b for a, b in zip(reference.tolist(), own.tolist(), strict=True)]
    medians = []
    for row in draws.tolist():
        if len(row) != len(ratios):
            raise ValueError("a row of draws")
        medians.append(statistics.median(ratios[i] for i in row))
    medians.sort()
    rest = (1 - level) / 2
    return {"ratio": statistics.median(ratios), "low": _quantile(medians, rest), "high": _quantile(medians, 1 - rest)}


def _quantile(values, share):
    place = share * (len(values) - 1)
    lower = math.floor(place)
    upper = min(lower + 1, len(values) - 1)
    return values[lower] * (1 - (place - lower)) + values[upper] * (place - lower)
