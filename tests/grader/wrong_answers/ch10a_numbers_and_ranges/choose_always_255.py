"""Divided by 255, whatever the bits.

loses: choose_asymmetric
says: number of *steps*
"""

import math


def choose_scale_and_zero_point(low, high, *, bits, signed, symmetric):
    if math.isnan(low) or math.isnan(high) or math.isinf(low) or math.isinf(high) or low > high:
        raise ValueError("no range")
    if symmetric and not signed:
        raise ValueError("a sign is needed")
    low, high = min(low, 0.0), max(high, 0.0)
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    if low == high == 0:
        return 1.0, 0 if symmetric else lowest
    if symmetric:
        return max(-low, high) / highest, 0
    scale = (high - low) / 255
    return scale, lowest - round(low / scale)
