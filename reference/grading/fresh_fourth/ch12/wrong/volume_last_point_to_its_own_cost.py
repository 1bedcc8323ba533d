"""Multiplies each height with the way to the next point, and forgets the last strip to the reference.

Text: "c_i <= x <= c_ref".
Input: [3], [0.75], (7, 0.25): 0.0; promised is 2.0.
"""
import math


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    if len(costs) != len(values):
        raise ValueError
    if any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError
    points = sorted((c, v) for c, v in zip(costs, values) if c < reference[0] and v > reference[1])
    area, best = 0.0, reference[1]
    for (c, v), (following, _) in zip(points, points[1:]):
        best = max(best, v)
        area += (following - c) * (best - reference[1])
    return area
