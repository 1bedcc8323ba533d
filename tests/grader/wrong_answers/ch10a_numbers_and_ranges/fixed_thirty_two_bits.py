"""m has 32 bits.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    return round(fraction * 2**32), 32 - exponent
