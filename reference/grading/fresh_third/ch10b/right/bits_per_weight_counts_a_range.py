"""Counts the starts of the groups by a range, in exact fractions."""
from fractions import Fraction


def bits_per_weight(width: int, *, bits: int, group_size: int, scale_bits: int, zero_point_bits: int) -> float:
    groups = len(range(0, width, group_size))
    return float(Fraction(width * bits + groups * (scale_bits + zero_point_bits), width))
