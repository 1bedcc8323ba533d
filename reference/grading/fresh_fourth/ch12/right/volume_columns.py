"""Cuts the costs into columns between neighbouring costs; each is as high as the best point that costs no more.
"""
from math import isnan


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    if len(costs) != len(values) or any(isnan(x) for x in (*costs, *values, *reference)):
        raise ValueError("lengths or NaN")
    end, floor = reference
    inside = [(c, v) for c, v in zip(costs, values) if c < end and v > floor]
    edges = sorted({c for c, _ in inside}) + [end]
    area = 0.0
    for left, right in zip(edges, edges[1:]):
        area += (right - left) * (max(v for c, v in inside if c <= left) - floor)
    return area
