"""Multiplied by the group size.

loses: bits_stored
says: the bits of all integers, scales and zero
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    return bits + group_size * (scale_bits + zero_point_bits) / width
