"""m is cut off.

loses: fixed_point_pairs
says: nearest
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = int(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return m, 31 - exponent
