"""Sums the MACs as int64: two operations of 2**62 run over, and the speed is negative.

Text: "(MACs, bytes) of each, ints from 0 to 2**62"
Input: `attainable([(2**62, 8), (2**62, 8)], 1e12, 1e11)['speed']` -> promised 1000000000000.0, actual -1000000000000.0
"""

import numpy as np


def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    table = np.array(operations, dtype=np.int64).reshape(-1, 2)
    compute, move = table[:, 0] / peak, table[:, 1] / bandwidth
    seconds = float(np.maximum(compute, move).sum())
    total = table[:, 0].sum()
    return {
        "seconds": seconds,
        "memory_bound": np.flatnonzero(move > compute).tolist(),
        "speed": float(total / seconds) if seconds > 0 else 0.0,
    }
