"""Groups by cost, keeps the best of each group, and compares with the best of all cheaper groups.
"""
import math
from itertools import groupby


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("lengths")
    for number in (*costs, *values):
        if isinstance(number, float) and math.isnan(number):
            raise ValueError("NaN")
    answer, before = [], []
    for _, group in groupby(sorted(range(len(costs)), key=costs.__getitem__), key=costs.__getitem__):
        group = list(group)
        best = max(values[i] for i in group)
        if not before or best > before[-1]:
            before.append(best)
            answer.extend(i for i in group if values[i] == best)
    return answer
