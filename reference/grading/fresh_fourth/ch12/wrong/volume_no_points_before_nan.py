"""With no points it says 0 before it has looked at the reference.

Text: "ValueError: ... a number is NaN, one of the reference's included."
Input: [], [], (nan, 0): 0.0; promised is a ValueError.
"""
import math


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    right, floor = reference
    if len(costs) != len(values):
        raise ValueError("lengths")
    if not costs:
        return 0.0
    if any(math.isnan(x) for x in (*costs, *values, right, floor)):
        raise ValueError("NaN")
    area, top = 0.0, floor
    for cost, value in sorted(zip(costs, values)):
        if cost < right and value > top:
            area += (right - cost) * (value - top)
            top = value
    return area
