"""Limits and what they limit become floats before they are compared.

loses: best_ties
says: whole numbers are compared as such
"""

import math


def best_within(candidates, at_most, at_least, maximise, minimise):
    left = []
    for place, each in enumerate(candidates):
        needed = [each.get(m, math.nan) for m in (*at_most, *at_least, maximise, minimise)]
        if any(math.isnan(number) for number in needed):
            continue
        below = all(float(each[m]) <= float(limit) for m, limit in at_most.items())
        above = all(float(each[m]) >= float(limit) for m, limit in at_least.items())
        if below and above:
            left.append(place)
    return min(left, key=lambda i: (-candidates[i][maximise], candidates[i][minimise]), default=None)
