"""Ratios above 1 are refused.

loses: fixed_point_pairs
says: an answer
"""

import math


def fixed_point(ratio):
    if ratio >= 1:
        raise ValueError("the ratio must be below 1")
    fraction, exponent = math.frexp(ratio)
    return round(fraction * 2**31), 31 - exponent
