"""The shift is at most 50.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""

import math


def fixed_point(ratio):
    n = min(31 - math.frexp(ratio)[1], 50)
    return round(ratio * 2**n), n
