"""The roofline at the intensity of the sums.

loses: attainable_speed
says: all MACs over all seconds: a mean
"""


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(max(a, b) for a, b in zip(compute, move, strict=True))
    bound = [i for i, (a, b) in enumerate(zip(compute, move, strict=True)) if b > a]
    macs = sum(macs for macs, _ in operations)
    speed = min(peak, macs / (sum(b for _, b in operations) or 1) * bandwidth)
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}
