"""The shift is the exponent.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = round(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return m, -exponent
