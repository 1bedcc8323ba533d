"""Whole groups alone are counted.

loses: bits_stored
says: shorter group
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = width // group_size
    return bits + groups * (scale_bits + zero_point_bits) / width
