"""Right: moves the binary exponent instead of dividing."""
from math import ldexp


def mebibytes(size_bytes: int) -> float:
    return ldexp(size_bytes, -20)
