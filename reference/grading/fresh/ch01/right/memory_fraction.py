"""Right: an exact fraction, rounded up."""
import math
from fractions import Fraction


def memory_bytes(parameters: int, bits: int) -> int:
    return math.ceil(Fraction(parameters * bits, 8))
