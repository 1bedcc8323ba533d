"""The padding counts as weights.

loses: bits_stored
says: shorter group
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return bits + groups * (scale_bits + zero_point_bits) / (groups * group_size)
