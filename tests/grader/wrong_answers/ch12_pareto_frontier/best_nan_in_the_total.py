"""What a candidate must have is added up, and NaN looked for in the sum: infinities of both signs add up to it.

loses: best_ties
says: infinite numbers are ordered like others
"""

import math


def best_within(candidates, at_most, at_least, maximise, minimise):
    left = []
    for place, each in enumerate(candidates):
        needed = [each.get(m, math.nan) for m in (*at_most, *at_least, maximise, minimise)]
        if math.isnan(sum(needed)):
            continue
        below = all(each[m] <= limit for m, limit in at_most.items())
        above = all(each[m] >= limit for m, limit in at_least.items())
        if below and above:
            left.append(place)
    return min(left, key=lambda i: (-candidates[i][maximise], candidates[i][minimise]), default=None)
