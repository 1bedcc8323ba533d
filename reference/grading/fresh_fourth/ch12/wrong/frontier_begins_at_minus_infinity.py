"""Remembers the largest value so far, from minus infinity on, and asks for more than that.

Text: "floats, infinite ones too" (values are "numbers of the same kinds").
Input: frontier([1], [-inf]) is []; promised is [0]: nobody dominates a single point.
"""
import math


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError
    for x in (*costs, *values):
        if x != x:
            raise ValueError
    best, at, found = -math.inf, None, []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        if values[i] > best or (values[i] == best and costs[i] == at):
            best, at = values[i], costs[i]
            found.append(i)
    return found
