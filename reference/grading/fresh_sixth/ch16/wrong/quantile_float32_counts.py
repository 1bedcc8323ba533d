"""Counts and bounds as float32 tensors: of counts above 16 million the last digits are lost.

Text: "ints from 0 to 10**15" and "right to nine digits"
Input: `latency_quantile([1.0, 2.0, math.inf], [100000000, 100000001, 100000001], 1)` -> promised 2.0, actual 1.0
"""

import math

import torch


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    c = torch.tensor(counts, dtype=torch.float32)
    b = torch.tensor(bounds, dtype=torch.float32)
    if c[-1] == 0 or any(x > y for x, y in zip(counts, counts[1:])):
        raise ValueError("counts")
    rank = q * c[-1]
    i = int(torch.searchsorted(c, rank))
    if i >= len(bounds) - 1:
        return bounds[-2]
    low, before = (b[i - 1], c[i - 1]) if i > 0 else (torch.tensor(0.0), 0.0)
    return float(low + (b[i] - low) * (rank - before) / (c[i] - before))
