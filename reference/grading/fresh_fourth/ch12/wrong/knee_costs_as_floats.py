"""Makes floats of the costs: large sizes that lie close together become equal, and a frontier is refused.

Text: "ints and floats", "of two points one must always cost more and be worth more".
Input: [2**60, 2**60 + 1, 2**60 + 4], [0.1, 0.8, 0.9]: ValueError; promised is 1.
"""
def knee(costs: list[float], values: list[float]) -> int | None:
    if len(costs) != len(values):
        raise ValueError("lengths")
    costs = [float(c) for c in costs]
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
        if heights[i] >= top - 1e-9:
            return i
