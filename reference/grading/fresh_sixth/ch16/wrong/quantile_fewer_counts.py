"""Goes over the counts and looks the bounds up: more bounds than counts pass unseen.

Text: "ValueError: ... the numbers of bounds and counts differ"
Input: `latency_quantile([1.0, 2.0, math.inf], [1, 2], 0.5)` -> promised ValueError: bounds and counts, actual 1.0
"""

import math


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(counts) > len(bounds):
        raise ValueError("a count without a bound")
    if len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if not counts or counts[-1] == 0:
        raise ValueError("no requests")
    for i in range(1, len(counts)):
        if counts[i] < counts[i - 1]:
            raise ValueError("counts")
    rank = q * counts[-1]
    i = 0
    while counts[i] < rank:
        i += 1
    if bounds[i] == math.inf:
        return bounds[i - 1]
    low = bounds[i - 1] if i else 0.0
    before = counts[i - 1] if i else 0
    return low + (bounds[i] - low) * (rank - before) / (counts[i] - before)
