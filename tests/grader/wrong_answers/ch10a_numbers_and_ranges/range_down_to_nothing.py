"""The range from 0 to 0 is tried too, with the scale 1.

loses: range_ends
says: the ends are k / candidates of the whole
"""

# ruff: noqa: F821  (quantize, dequantize, choose_scale_and_zero_point are the solution's)


def range_of_least_error(x, *, bits, candidates):
    low, high = min(x.min().item(), 0.0), max(x.max().item(), 0.0)
    best, least = (low, high), float("inf")
    for k in range(candidates, -1, -1):
        ends = low * k / candidates, high * k / candidates
        steps = choose_scale_and_zero_point(*ends, bits=bits, signed=False, symmetric=False)
        back = dequantize(quantize(x, *steps, bits=bits, signed=False), *steps)
        error = (back.double() - x.double()).square().sum().item()
        if error < least:
            best, least = ends, error
    return best
