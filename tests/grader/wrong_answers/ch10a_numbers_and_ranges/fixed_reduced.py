"""m and shift are reduced where m is even.

loses: fixed_point_pairs
says: double or halve the ratio until it lies
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m, n = round(fraction * 2**31), 31 - exponent
    while m % 2 == 0:
        m, n = m // 2, n - 1
    return m, n
