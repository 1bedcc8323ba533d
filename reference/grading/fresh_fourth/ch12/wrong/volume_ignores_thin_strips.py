"""Leaves out strips that are thinner than 1e-9, as if they were rounding.

Text: "The area, a number, right to ten digits; 0 where nothing is dominated."
Input: [1.0], [1e-10], (2.0, 0.0): 0; promised is 1e-10.
"""
import math


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    right, floor = reference
    if len(costs) != len(values):
        raise ValueError("lengths")
    if any(math.isnan(x) for x in (*costs, *values, right, floor)):
        raise ValueError("NaN")
    area, top = 0.0, floor
    for cost, value in sorted(zip(costs, values)):
        if cost < right and value > top + 1e-9:
            area += (right - cost) * (value - top)
            top = value
    return area
