"""A scale of 0 bits is taken for not given.

loses: bits_stored
says: scales of no bits cost none
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return bits + groups * ((scale_bits or 16) + zero_point_bits) / width
