"""Divides by halves of the sorted places, and merges: the right half keeps what is worth more than the left half's best.
"""
from math import isnan


def _front(order, costs, values):
    if len(order) < 2:
        return order
    middle = len(order) // 2
    left, right = _front(order[:middle], costs, values), _front(order[middle:], costs, values)
    best = left[-1]
    same = (costs[best], values[best])
    return left + [i for i in right if values[i] > values[best] or (costs[i], values[i]) == same]


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError
    if any(map(isnan, costs)) or any(map(isnan, values)):
        raise ValueError
    order = list(range(len(costs)))
    order.sort(key=lambda i: values[i], reverse=True)
    order.sort(key=lambda i: costs[i])
    return _front(order, costs, values)
