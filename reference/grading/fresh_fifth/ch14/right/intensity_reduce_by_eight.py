"""Counts with functools.reduce and whole-number divmod, and divides as a Fraction at the very end."""

from fractions import Fraction
from functools import reduce
from operator import mul


def _whole_bytes(shape, bits):
    full, rest = divmod(reduce(mul, map(int, shape), bits), 8)
    return full + (rest > 0)


def intensity(
    weight_shape: list[int],
    input_shape: list[int],
    output_shape: list[int],
    weight_bits: int,
    activation_bits: int,
) -> float:
    _, *filter_shape = weight_shape
    macs = reduce(mul, [*output_shape, *filter_shape], 1)
    moved = sum(
        map(
            _whole_bytes,
            (weight_shape, input_shape, output_shape),
            (weight_bits, activation_bits, activation_bits),
        )
    )
    return float(Fraction(macs, moved))
