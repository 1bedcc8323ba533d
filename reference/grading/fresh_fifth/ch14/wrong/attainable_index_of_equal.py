"""list.index gives the first of equal operations, so a repeated layer is named by its first place again.

Text: "a list of ints, in rising order: the places, from 0, of the operations that take longer to move than to compute."
Input: `attainable([(100, 400), (800, 100), (100, 400)], 100.0, 50.0)['memory_bound']` -> promised [0, 2], actual [0, 0]
"""

def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    slow = [op for op in operations if op[1] / bandwidth > op[0] / peak]
    seconds = sum(max(m / peak, b / bandwidth) for m, b in operations)
    macs = sum(m for m, _ in operations)
    return {
        "seconds": float(seconds),
        "memory_bound": [operations.index(op) for op in slow],
        "speed": macs / seconds if seconds else 0.0,
    }
