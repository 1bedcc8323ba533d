"""No frexp: the shift is found by doubling and halving a fraction, and rounding is of an exact number."""
import math
from fractions import Fraction


def fixed_point(ratio: float) -> tuple[int, int]:
    n, value = 0, Fraction(ratio)
    while value < 2**30:
        n, value = n + 1, value * 2
    while value >= 2**31:
        n, value = n - 1, value / 2
    m = math.floor(value + Fraction(1, 2))
    if m == 2**31:
        m, n = 2**30, n - 1
    return m, n
