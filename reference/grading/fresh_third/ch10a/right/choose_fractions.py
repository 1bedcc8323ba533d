"""Exact fractions; floats come only at the end."""
import math
from fractions import Fraction


def choose_scale_and_zero_point(
    low: float, high: float, *, bits: int, signed: bool, symmetric: bool
) -> tuple[float, int]:
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError("the ends must be finite")
    if low > high:
        raise ValueError(f"{low} is above {high}")
    if symmetric and not signed:
        raise ValueError("symmetric is for signed integers")
    l, h = Fraction(min(low, 0)), Fraction(max(high, 0))
    qmin = -(2 ** (bits - 1)) if signed else 0
    qmax = qmin + 2**bits - 1
    step = max(-l, h) / qmax if symmetric else (h - l) / (qmax - qmin)
    if step == 0:
        step = Fraction(1)
    return float(step), 0 if symmetric else qmin - round(l / step)
