"""The count of groups is rounded.

loses: bits_stored
says: shorter group
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = max(round(width / group_size), 1)
    return bits + groups * (scale_bits + zero_point_bits) / width
