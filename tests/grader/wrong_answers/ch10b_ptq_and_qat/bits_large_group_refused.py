"""A group larger than the row is refused.

loses: bits_stored
says: ValueError: too large
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    if group_size > width:
        raise ValueError("too large")
    groups = math.ceil(width / group_size)
    return bits + groups * (scale_bits + zero_point_bits) / width
