"""A truth value for each operation.

loses: attainable_bound
says: places of operations, from 0
"""


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(max(a, b) for a, b in zip(compute, move, strict=True))
    bound = [b > a for a, b in zip(compute, move, strict=True)]
    macs = sum(macs for macs, _ in operations)
    speed = macs / seconds if seconds > 0 else 0.0
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
