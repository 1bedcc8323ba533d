"""Compares every pair, as the docstring's definition says, and sorts at the end.
"""
def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values) or any(x != x for x in list(costs) + list(values)):
        raise ValueError("lengths, or NaN")

    def beats(i, j):
        return costs[i] <= costs[j] and values[i] >= values[j] and (costs[i] < costs[j] or values[i] > values[j])

    places = range(len(costs))
    found = [j for j in places if not any(beats(i, j) for i in places)]
    return sorted(found, key=lambda j: costs[j])
