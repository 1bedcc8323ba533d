"""Symmetric: spreads twice the largest magnitude over all steps, so that it falls between two integers.

Text: "the largest magnitude falls on q_max".
Input: (-1.0, 1.0), 8 bits: the scale is 2 / 255; promised: 1 / 127.
"""
import math


def choose_scale_and_zero_point(
    low: float, high: float, *, bits: int, signed: bool, symmetric: bool
) -> tuple[float, int]:
    if math.isnan(low) or math.isnan(high) or math.isinf(low) or math.isinf(high):
        raise ValueError("NaN or infinite")
    if low > high:
        raise ValueError("low > high")
    if symmetric and not signed:
        raise ValueError("unsigned and symmetric")
    qmin = -(2 ** (bits - 1)) if signed else 0
    low, high = min(low, 0.0), max(high, 0.0)
    if symmetric:
        high = max(-low, high)
        low = -high
    scale = (high - low) / (2**bits - 1)
    if scale == 0:
        scale = 1.0
    return scale, 0 if symmetric else qmin - round(low / scale)
