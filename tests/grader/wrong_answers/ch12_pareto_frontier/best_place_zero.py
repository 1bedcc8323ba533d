"""The place 0 is taken for none.

loses: best_ties
says: equal in the metric to maximise: the lowest of the other;
"""

import math


def best_within(candidates, at_most, at_least, maximise, minimise):
    best, best_key = None, None
    for place, candidate in enumerate(candidates):
        up, down = candidate.get(maximise, math.nan), candidate.get(minimise, math.nan)
        inside = all(candidate.get(m, math.nan) <= limit for m, limit in at_most.items())
        inside = inside and all(candidate.get(m, math.nan) >= limit for m, limit in at_least.items())
        if not inside or math.isnan(up) or math.isnan(down):
            continue
        key = (up, -down)
        if best is None or key > best_key:
            best, best_key = place, key
    return best or None
