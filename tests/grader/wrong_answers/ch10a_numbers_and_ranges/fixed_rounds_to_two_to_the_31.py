"""m may be rounded up to 2**31.

loses: fixed_point_pairs
says: below 2**31
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = round(fraction * 2**31)
    return m, 31 - exponent
