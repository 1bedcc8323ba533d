"""What is beyond a limit by rounding, as `math.isclose` has it, is within it.

loses: best_limits
says: beyond a limit by a billionth is beyond it
"""

import math


def best_within(candidates, at_most, at_least, maximise, minimise):
    left = []
    for place, each in enumerate(candidates):
        needed = [each.get(m, math.nan) for m in (*at_most, *at_least, maximise, minimise)]
        if any(math.isnan(number) for number in needed):
            continue
        below = all(each[m] <= limit or math.isclose(each[m], limit) for m, limit in at_most.items())
        above = all(each[m] >= limit or math.isclose(each[m], limit) for m, limit in at_least.items())
        if below and above:
            left.append(place)
    return min(left, key=lambda i: (-candidates[i][maximise], candidates[i][minimise]), default=None)
