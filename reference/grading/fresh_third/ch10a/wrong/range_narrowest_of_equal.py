"""Goes from the narrowest range to the widest and takes another one only where it is better: of equal errors, the narrowest.

Text: "Of equal errors, the widest range."
Input: nine times 1 and once 6, with 2 bits and 2 candidates: both (0, 6) and (0, 3) lose 9. This gives (0, 3); promised: (0, 6).
"""
import math

from torch import Tensor


def range_of_least_error(x: Tensor, *, bits: int, candidates: int) -> tuple[float, float]:
    low, high = min(float(x.min()), 0.0), max(float(x.max()), 0.0)
    best, least = (low, high), math.inf
    for k in range(1, candidates + 1):
        ends = (low * k / candidates, high * k / candidates)
        scale, zero_point = choose_scale_and_zero_point(*ends, bits=bits, signed=False, symmetric=False)
        back = dequantize(quantize(x, scale, zero_point, bits=bits, signed=False), scale, zero_point)
        error = float((back.double() - x.double()).square().sum())
        if error < least:
            best, least = ends, error
    return best
