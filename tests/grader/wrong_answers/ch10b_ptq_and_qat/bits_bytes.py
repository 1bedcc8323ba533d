"""Bytes instead of bits.

loses: bits_stored
says: the bits of all integers, scales and zero
"""

import math


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = math.ceil(width / group_size)
    return (bits + groups * (scale_bits + zero_point_bits) / width) / 8
