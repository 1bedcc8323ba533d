"""Only the low end is moved.

loses: range_ends
says: both alike
"""

# ruff: noqa: F821  (quantize, dequantize, choose_scale_and_zero_point are the solution's)


def range_of_least_error(x, *, bits, candidates):
    low, high = min(x.min().item(), 0.0), max(x.max().item(), 0.0)
    best, least = (low, high), float("inf")
    for k in range(candidates, 0, -1):
        ends = low * k / candidates, high
        steps = choose_scale_and_zero_point(*ends, bits=bits, signed=False, symmetric=False)
        back = dequantize(quantize(x, *steps, bits=bits, signed=False), *steps)
        error = (back.double() - x.double()).square().sum().item()
        if error < least:
            best, least = ends, error
    return best
