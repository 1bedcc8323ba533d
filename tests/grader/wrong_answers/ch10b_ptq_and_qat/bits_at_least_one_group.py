"""Whole groups alone are counted, at least one.

loses: bits_stored
says: shorter group
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = max(width // group_size, 1)
    return bits + groups * (scale_bits + zero_point_bits) / width
