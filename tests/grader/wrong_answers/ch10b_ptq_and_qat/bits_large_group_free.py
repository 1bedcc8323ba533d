"""A group larger than the row has no scale.

loses: bits_stored
says: a group size beyond the row is one group for
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size) if group_size <= width else 0
    return bits + groups * (scale_bits + zero_point_bits) / width
