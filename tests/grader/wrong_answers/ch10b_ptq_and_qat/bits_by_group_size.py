"""Divided by the group size, whatever is left over.

loses: bits_stored
says: shorter group
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    return bits + (scale_bits + zero_point_bits) / group_size
