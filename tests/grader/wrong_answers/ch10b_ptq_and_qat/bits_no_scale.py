"""Scales are left out.

loses: bits_stored
says: scales and zero points
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return bits + groups * zero_point_bits / width
