"""The place among those within the limits.

loses: best_limits
says: every limit holds for the one that you choose, and the limit
"""

import math


def best_within(candidates, at_most, at_least, maximise, minimise):
    best, best_key, place = None, None, -1
    for candidate in candidates:
        up, down = candidate.get(maximise, math.nan), candidate.get(minimise, math.nan)
        inside = all(candidate.get(m, math.nan) <= limit for m, limit in at_most.items())
        inside = inside and all(candidate.get(m, math.nan) >= limit for m, limit in at_least.items())
        if not inside or math.isnan(up) or math.isnan(down):
            continue
        place += 1
        key = (up, -down)
        if best is None or key > best_key:
            best, best_key = place, key
    return best
