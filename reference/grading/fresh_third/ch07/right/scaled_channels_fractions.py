"""Exact fractions throughout: floor of the quotient plus a half, at least one, and once more where over a tenth is lost."""
from fractions import Fraction
from math import floor


def scaled_channels(channels: int, width: float, multiple: int = 8) -> int:
    wanted = Fraction(channels * width)
    times = max(1, floor(wanted / multiple + Fraction(1, 2)))
    if times * multiple < Fraction(9, 10) * wanted:
        times += 1
    return times * multiple
