"""No time divides by zero.

loses: attainable_seconds
says: ZeroDivisionError: division by zero
"""


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(max(a, b) for a, b in zip(compute, move, strict=True))
    bound = [i for i, (a, b) in enumerate(zip(compute, move, strict=True)) if b > a]
    macs = sum(macs for macs, _ in operations)
    speed = macs / seconds
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
