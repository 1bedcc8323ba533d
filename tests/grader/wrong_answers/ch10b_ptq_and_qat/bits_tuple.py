"""Integers and overhead apart.

loses: bits_stored
says: a number
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return (bits, groups * (scale_bits + zero_point_bits) / width)
