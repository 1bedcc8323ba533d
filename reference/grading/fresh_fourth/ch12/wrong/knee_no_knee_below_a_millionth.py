"""Says None where the greatest height is at most 1e-6.

Text: "None if no point is more than 1e-9 above the chord".
Input: [0.0, 1.0, 2.0], [0.0, 0.5 + 1e-7, 1.0]: None; promised is 1.
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
    first, last = order[0], order[-1]
    heights = {}
    for i in order:
        c = (costs[i] - costs[first]) / (costs[last] - costs[first])
        v = (values[i] - values[first]) / (values[last] - values[first])
        heights[i] = v - c
    top = max(heights.values())
    if top <= 1e-6:
        return None
    for i in order:
        if heights[i] >= top - 1e-9:
            return i
