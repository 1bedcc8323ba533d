"""The exponent by a logarithm that is cut off, wrong below 1.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""

import math


def fixed_point(ratio):
    exponent = int(math.log2(ratio)) + 1
    return round(ratio * 2 ** (31 - exponent)), 31 - exponent
