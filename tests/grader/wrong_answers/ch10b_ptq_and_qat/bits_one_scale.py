"""One scale for the row.

loses: bits_stored
says: divided by its weights
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    return bits + (scale_bits + zero_point_bits) / width
