"""Close numbers count as equal.

loses: frontier_numbers
says: a point that is better by a billionth is better: no
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = (
            kept
            and math.isclose(costs[i], costs[kept[-1]], rel_tol=1e-6)
            and math.isclose(values[i], values[kept[-1]], rel_tol=1e-6)
        )
        if (
            not kept
            or (values[i] > values[kept[-1]] and not math.isclose(values[i], values[kept[-1]], rel_tol=1e-6))
            or equal
        ):
            kept.append(i)
    return kept
