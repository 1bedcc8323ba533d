"""Takes the first and the last of the lists for the chord's ends.

Text: "the straight line between the frontier's cheapest and its costliest point"; "in any order".
Input: any frontier that isn't sorted by cost.
"""
def knee(costs: list[float], values: list[float]) -> int | None:
    if len(costs) != len(values):
        raise ValueError("lengths")
    order = sorted(range(len(costs)), key=lambda i: costs[i])
    for i, j in zip(order, order[1:]):
        if not (costs[i] < costs[j] and values[i] < values[j]):
            raise ValueError("no frontier")
    if len(order) < 3:
        return None
    first, last = 0, len(costs) - 1
    heights = {}
    for i in order:
        c = (costs[i] - costs[first]) / (costs[last] - costs[first])
        v = (values[i] - values[first]) / (values[last] - values[first])
        heights[i] = v - c
    top = max(heights.values())
    if top <= 1e-9:
        return None
    for i in order:
        if heights[i] >= top - 1e-9:
            return i
