"""A dict.

loses: fixed_point_pairs
says: two ints: m and n
"""

import math


def fixed_point(ratio):
    fraction, exponent = math.frexp(ratio)
    m = round(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return {"m": m, "n": 31 - exponent}
