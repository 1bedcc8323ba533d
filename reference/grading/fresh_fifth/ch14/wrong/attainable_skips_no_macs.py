"""Skips operations without MACs, as if a ReLU cost nothing; it also isn't named as memory-bound.

Text: "So it takes at least the *longer* of the two times."
Input: `attainable([(800, 100), (0, 600)], 100.0, 50.0)` -> promised {'seconds': 20.0, 'memory_bound': [1], 'speed': 40.0}, actual {'seconds': 8.0, 'memory_bound': [], 'speed': 100.0}
"""

def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    seconds, done, bound = 0.0, 0, []
    for i, (macs, moved) in enumerate(operations):
        if macs == 0:
            continue
        if moved / bandwidth > macs / peak:
            bound.append(i)
            seconds += moved / bandwidth
        else:
            seconds += macs / peak
        done += macs
    speed = done / seconds if seconds > 0 else 0.0
    return {"seconds": seconds, "memory_bound": bound, "speed": speed}
