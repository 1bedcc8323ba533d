"""Bytes a second.

loses: attainable_speed
says: all MACs over all seconds: a mean
"""


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(max(a, b) for a, b in zip(compute, move, strict=True))
    bound = [i for i, (a, b) in enumerate(zip(compute, move, strict=True)) if b > a]
    macs = sum(moved for _, moved in operations)
    speed = macs / seconds if seconds > 0 else 0.0
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
