"""Cuts off what is behind the point instead of rounding.

Text: "No other such pair is nearer to the ratio."
Input: 0.6 is 1288490188.8 * 2**-31: m is 1288490188; promised: 1288490189.
"""
import math


def fixed_point(ratio: float) -> tuple[int, int]:
    fraction, exponent = math.frexp(ratio)
    return int(math.ldexp(fraction, 31)), 31 - exponent
