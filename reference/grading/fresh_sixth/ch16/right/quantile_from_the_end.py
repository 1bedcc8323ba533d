"""NumPy, and from the last bucket backwards for as long as the one before still reaches the rank."""

import numpy as np


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2:
        raise ValueError("bounds and counts")
    if not np.isposinf(bounds[-1]):
        raise ValueError("the last bound")
    c = np.array(counts, dtype=np.int64)
    if (np.diff(c) < 0).any() or c[-1] == 0:
        raise ValueError("counts")
    if not 0.0 < q <= 1.0:
        raise ValueError("q")
    rank = np.float64(q) * c[-1]
    here = len(c) - 1
    while here > 0 and c[here - 1] >= rank:
        here -= 1
    if here == len(c) - 1:
        return np.float64(bounds[here - 1])
    if here == 0:
        return bounds[0] * rank / c[0]
    step = (rank - c[here - 1]) / (c[here] - c[here - 1])
    return (1 - step) * bounds[here - 1] + step * bounds[here]
