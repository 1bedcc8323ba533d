"""The padding is stored.

loses: bits_stored
says: a shorter group at the end has a scale and a
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return (groups * group_size * bits + groups * (scale_bits + zero_point_bits)) / width
