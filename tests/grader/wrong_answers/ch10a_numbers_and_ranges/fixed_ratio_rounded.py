"""The ratio is rounded to nine decimals first.

loses: fixed_point_pairs
says: m is rounded to the *nearest* integer, of a
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(round(ratio, 8) or 1e-9)
    m = round(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return m, 31 - exponent
