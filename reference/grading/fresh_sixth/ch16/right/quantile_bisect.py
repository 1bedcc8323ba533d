"""bisect_left finds the bucket among the counts, with a 0 put before copies of both lists."""

from bisect import bisect_left
from math import isinf


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts):
        raise ValueError("one count for each bound")
    if len(bounds) == 0 or not isinf(bounds[-1]) or len(bounds) == 1:
        raise ValueError("bounds")
    if list(counts) != sorted(counts) or counts[-1] < 1:
        raise ValueError("counts")
    if not (q > 0 and q <= 1):
        raise ValueError("q")
    b, c = [0.0, *bounds], [0, *counts]
    rank = q * c[-1]
    i = bisect_left(c, rank, lo=1)
    if i == len(b) - 1:
        return b[-2]
    share = (rank - c[i - 1]) / (c[i] - c[i - 1])
    return b[i - 1] + share * (b[i] - b[i - 1])
