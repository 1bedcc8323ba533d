"""One group too many where it divides.

loses: bits_stored
says: divided by its weights
"""


def bits_per_weight(width, *, bits, group_size, scale_bits, zero_point_bits):
    groups = width // group_size + 1
    return bits + groups * (scale_bits + zero_point_bits) / width
