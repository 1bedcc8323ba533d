"""Symmetric integers without a sign get a zero point in the middle.

loses: choose_symmetric
says: without a sign
"""

import math


def choose_scale_and_zero_point(low, high, *, bits, signed, symmetric):
    if math.isnan(low) or math.isnan(high) or math.isinf(low) or math.isinf(high) or low > high:
        raise ValueError("no range")
    if symmetric and not signed:
        return 2 * max(-low, high) / (2**bits - 1), 2 ** (bits - 1)
    low, high = min(low, 0.0), max(high, 0.0)
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    if low == high == 0:
        return 1.0, 0 if symmetric else lowest
    if symmetric:
        return max(-low, high) / highest, 0
    scale = (high - low) / (highest - lowest)
    return scale, lowest - round(low / scale)
