"""Times by seconds a MAC and a byte, which are rounded: equal times come out unequal.

loses: attainable_bound
says: a rounded reciprocal
"""

import math


def attainable(operations: list[tuple[int, int]], peak: float, bandwidth: float) -> dict[str, object]:
    compute = [macs * (1 / peak) for macs, _ in operations]
    move = [moved * (1 / bandwidth) for _, moved in operations]
    seconds = math.fsum(map(max, compute, move))
    macs = sum(macs for macs, _ in operations)
    return {
        "seconds": seconds,
        "memory_bound": [i for i in range(len(move)) if move[i] > compute[i]],
        "speed": macs / seconds if seconds else 0.0,
    }
