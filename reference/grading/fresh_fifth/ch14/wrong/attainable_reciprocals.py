"""Multiplies by rounded reciprocals, seconds a MAC and seconds a byte: two equal times come out unequal.

Text: "the operations that take longer to move than to compute. Equally long is not longer"
Input: `attainable([(49, 10), (98, 20)], 49.0, 10.0)['memory_bound']` -> promised [], actual [0, 1]
"""

def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    per_mac, per_byte = 1 / peak, 1 / bandwidth
    seconds, bound, total = 0.0, [], 0
    for place, (macs, size) in enumerate(operations):
        compute = macs * per_mac
        move = size * per_byte
        if move > compute:
            bound.append(place)
        seconds += max(compute, move)
        total += macs
    speed = total / seconds if seconds else 0.0
    return {"seconds": seconds, "memory_bound": bound, "speed": speed}
