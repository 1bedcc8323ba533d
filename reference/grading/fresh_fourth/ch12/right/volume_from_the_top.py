"""By falling value: each point adds the columns to the left of the cheapest so far, over its own height.
"""
import math


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    if len(costs) != len(values):
        raise ValueError("lengths")
    numbers = list(costs) + list(values) + list(reference)
    if any(n != n for n in numbers):
        raise ValueError("NaN")
    wall, ground = reference
    parts = []
    for value, cost in sorted(zip(values, costs), key=lambda p: (-p[0], p[1])):
        if value <= ground:
            break
        if cost < wall:
            parts.append((wall - cost) * (value - ground))
            wall = cost
    return math.fsum(parts)
