"""m is capped at 2**31 - 1, which isn't nearest.

loses: fixed_point_pairs
says: m is below 2**31, so that it fits into 32 bits
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = round(fraction * 2**31)
    if m == 2**31:
        return m - 1, 31 - exponent
    return m, 31 - exponent
