"""m is halved, and the shift stays.

loses: fixed_point_pairs
says: m is below 2**31, so that it fits into 32 bits
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = round(fraction * 2**31)
    if m == 2**31:
        return 2**30, 31 - exponent
    return m, 31 - exponent
