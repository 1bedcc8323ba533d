"""One total of all numbers is asked whether it is NaN: infinities of both signs add up to it.

loses: frontier_numbers
says: came: ValueError
"""


def frontier(costs, values):
    total = sum([*costs, *values])
    if len(costs) != len(values) or total != total:
        raise ValueError("bad numbers")
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
