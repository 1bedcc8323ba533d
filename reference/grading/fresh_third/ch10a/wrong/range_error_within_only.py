"""Counts the rounding error of the values within the range alone; what is clamped counts for nothing, and the narrowest ranges win.

Text: "take the one whose squared errors, clamping and rounding together, sum to the least"; "summed over all values".
Input: tensor([0.3, 1.0, 7.9]), 2 bits, 10 candidates.
"""
import math

from torch import Tensor


def range_of_least_error(x: Tensor, *, bits: int, candidates: int) -> tuple[float, float]:
    values = x.detach().double()
    low, high = min(values.min().item(), 0.0), max(values.max().item(), 0.0)
    best = (math.inf, low, high)
    for k in range(candidates, 0, -1):
        a, b = low * k / candidates, high * k / candidates
        scale, zero_point = choose_scale_and_zero_point(a, b, bits=bits, signed=False, symmetric=False)
        q = quantize(x, scale, zero_point, bits=bits, signed=False)
        lost = dequantize(q, scale, zero_point).double() - values
        error = lost[(values >= a) & (values <= b)].square().sum().item()
        if error < best[0]:
            best = (error, a, b)
    return best[1], best[2]
