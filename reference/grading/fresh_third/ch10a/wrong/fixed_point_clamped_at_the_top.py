"""Where the fraction rounds up to 2**31, holds m at 2**31 - 1 instead of halving it and shifting one less.

Text: "No other such pair is nearer to the ratio."
Input: the float just below 1 gives (2**31 - 1, 31); promised: (2**30, 30).
"""
import math


def fixed_point(ratio: float) -> tuple[int, int]:
    fraction, exponent = math.frexp(ratio)
    m = min(round(fraction * 2**31), 2**31 - 1)
    return m, 31 - exponent
