"""The bits of the whole row.

loses: bits_stored
says: divided by its weights
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return bits * width + groups * (scale_bits + zero_point_bits)
