"""Counts in int64, whose sum overflows.

loses: attainable_speed
says: counts up to 2**62, and more together
"""

import numpy as np


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(max(a, b) for a, b in zip(compute, move, strict=True))
    bound = [i for i, (a, b) in enumerate(zip(compute, move, strict=True)) if b > a]
    macs = int(np.array([a for a, _ in operations], dtype=np.int64).sum())
    speed = macs / seconds if seconds > 0 else 0.0
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
