"""Takes heights for equal by math.isclose with a relative tolerance of 1e-9.

Text: "Heights within 1e-9 of the greatest count as equal to it".
Input: heights 0.05 and 0.05 + 5e-10, the cheaper one lower: the costlier; promised is the cheaper.
"""
import math

def knee(costs: list[float], values: list[float]) -> int | None:
    if len(costs) != len(values):
        raise ValueError("lengths")
    order = sorted(range(len(costs)), key=lambda i: costs[i])
    for i, j in zip(order, order[1:]):
        if not (costs[i] < costs[j] and values[i] < values[j]):
            raise ValueError("no frontier")
    if len(order) < 3:
        return None
    first, last = order[0], order[-1]
    heights = {}
    for i in order:
        c = (costs[i] - costs[first]) / (costs[last] - costs[first])
        v = (values[i] - values[first]) / (values[last] - values[first])
        heights[i] = v - c
    top = max(heights.values())
    if top <= 1e-9:
        return None
    for i in order:
        if math.isclose(heights[i], top, rel_tol=1e-9):
            return i
