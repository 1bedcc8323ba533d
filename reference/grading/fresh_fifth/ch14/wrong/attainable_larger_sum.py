"""The larger of the two sums: as if the whole network overlapped.

Text: "Computing and moving overlap within an operation, and never between two."
Input: `attainable([(100, 0), (0, 100)], 10.0, 10.0)` -> promised {'seconds': 20.0, 'memory_bound': [1], 'speed': 5.0}, actual {'seconds': 10.0, 'memory_bound': [1], 'speed': 10.0}
"""

def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    computing = [macs / peak for macs, _ in operations]
    moving = [size / bandwidth for _, size in operations]
    seconds = max(sum(computing), sum(moving))
    bound = [i for i, (c, v) in enumerate(zip(computing, moving)) if v > c]
    macs = sum(macs for macs, _ in operations)
    speed = macs / seconds if seconds > 0 else 0.0
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
