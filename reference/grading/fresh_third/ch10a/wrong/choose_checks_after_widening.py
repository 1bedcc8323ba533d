"""Widens the range first and compares its ends after that: low = 3 and high = 1 become 0 and 1, and nobody complains.

Text: "ValueError: low is above high".
Input: (3.0, 1.0): no error.
"""
import math


def choose_scale_and_zero_point(
    low: float, high: float, *, bits: int, signed: bool, symmetric: bool
) -> tuple[float, int]:
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("the range isn't finite")
    low, high = min(low, 0.0), max(high, 0.0)
    if low > high:
        raise ValueError("low is above high")
    if symmetric and not signed:
        raise ValueError("symmetric integers need a sign")
    qmin = -(2 ** (bits - 1)) if signed else 0
    if symmetric:
        largest = max(-low, high)
        return (largest / (2 ** (bits - 1) - 1) if largest else 1.0), 0
    if low == high:
        return 1.0, qmin
    scale = (high - low) / (2**bits - 1)
    return scale, qmin - round(low / scale)
