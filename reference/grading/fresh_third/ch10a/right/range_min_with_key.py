"""min with a key over the candidates from the widest down: it takes the first of equal ones. Errors are of float64, and added by fsum."""
import math

from torch import Tensor


def range_of_least_error(x: Tensor, *, bits: int, candidates: int) -> tuple[float, float]:
    values = x.detach().flatten()
    exact = values.tolist()
    low, high = min(0.0, *exact), max(0.0, *exact)

    def error(ends: tuple[float, float]) -> float:
        scale, zero_point = choose_scale_and_zero_point(*ends, bits=bits, signed=False, symmetric=False)
        back = dequantize(quantize(values, scale, zero_point, bits=bits, signed=False), scale, zero_point)
        return math.fsum((a - b) ** 2 for a, b in zip(exact, back.tolist(), strict=True))

    ranges = [(low * k / candidates, high * k / candidates) for k in range(candidates, 0, -1)]
    return min(ranges, key=error)
