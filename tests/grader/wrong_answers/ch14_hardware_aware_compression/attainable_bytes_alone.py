"""Only the bytes take time.

loses: attainable_seconds
says: each operation has its own limit
"""


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(b for a, b in zip(compute, move, strict=True))
    bound = [i for i, (a, b) in enumerate(zip(compute, move, strict=True)) if b > a]
    macs = sum(macs for macs, _ in operations)
    speed = macs / seconds if seconds > 0 else 0.0
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
