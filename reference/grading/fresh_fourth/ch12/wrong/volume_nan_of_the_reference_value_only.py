"""Looks for NaN in the points and in the reference's value, not in its cost.

Text: "a number is NaN, one of the reference's included."
Input: [1], [0.5], (nan, 0): 0.0; promised is a ValueError.
"""
import math


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    right, floor = reference
    if len(costs) != len(values):
        raise ValueError("lengths")
    if any(math.isnan(x) for x in (*costs, *values, floor)):
        raise ValueError("NaN")
    area, top = 0.0, floor
    for cost, value in sorted(zip(costs, values)):
        if cost < right and value > top:
            area += (right - cost) * (value - top)
            top = value
    return area
