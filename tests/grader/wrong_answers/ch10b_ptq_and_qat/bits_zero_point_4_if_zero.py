"""A zero point of 0 bits is taken for not given.

loses: bits_stored
says: without zero points, as symmetric weights are
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return bits + groups * (scale_bits + (zero_point_bits or bits)) / width
