"""A fraction, and Pascal's rule from one coefficient to the next.
"""
from fractions import Fraction


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if any(count < 0 for count in (fixed, broken)):
        raise ValueError("negative")
    n = fixed + broken
    coefficient = total = 1
    for i in range(1, min(fixed, broken) + 1):
        coefficient = coefficient * (n - i + 1) // i
        total += coefficient
    return float(min(Fraction(1), Fraction(2 * total, 2**n)))
