"""divmod with a carry instead of a negated floor division; the two units with Fraction and with ldexp (an exact shift of
the exponent)."""
import math
from fractions import Fraction


def memory_bytes(parameters: int, bits: int) -> int:
    whole, left_over = divmod(parameters * bits, 8)
    return whole + bool(left_over)


def megabytes(size_bytes: int) -> float:
    return float(Fraction(size_bytes, 1000**2))


def mebibytes(size_bytes: int) -> float:
    return math.ldexp(size_bytes, -20)
