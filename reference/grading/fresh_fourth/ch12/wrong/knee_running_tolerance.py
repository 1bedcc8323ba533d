"""Goes by rising cost and takes a new knee only where it's more than 1e-9 higher than the present one: the tolerance counts from an earlier point, not from the greatest height.

Text: "Heights within 1e-9 of the greatest count as equal to it: of those points the cheapest is the knee."
Input: heights 0.3, 0.3 + 0.7e-9, 0.3 + 1.4e-9 by rising cost: the third; promised is the second.
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
    best, height = None, 0.0
    for i in order:
        if heights[i] > height + 1e-9:
            best, height = i, heights[i]
    return best
