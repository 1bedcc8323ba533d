"""m is rounded up.

loses: fixed_point_pairs
says: nearest
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = math.ceil(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return m, 31 - exponent
