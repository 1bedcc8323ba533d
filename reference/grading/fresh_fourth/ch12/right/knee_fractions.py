"""Exact fractions for the heights, which knows no rounding; the 1e-9 as the text says.
"""
from fractions import Fraction


def knee(costs: list[float], values: list[float]) -> int | None:
    if len(costs) != len(values):
        raise ValueError
    points = sorted((Fraction(c), Fraction(v), i) for i, (c, v) in enumerate(zip(costs, values)))
    for (c, v, _), (d, w, _) in zip(points, points[1:]):
        if c == d or v >= w:
            raise ValueError
    if len(points) <= 2:
        return None
    (c0, v0, _), (c1, v1, _) = points[0], points[-1]
    heights = [((v - v0) / (v1 - v0) - (c - c0) / (c1 - c0), i) for c, v, i in points]
    top = max(heights)[0]
    little = Fraction(1, 10**9)
    if top <= little:
        return None
    return next(i for h, i in heights if top - h <= little)
