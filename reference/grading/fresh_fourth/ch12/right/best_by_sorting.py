"""NaN makes every comparison false; a stable sort twice, the second key first.
"""
import math


def best_within(candidates, at_most, at_least, maximise, minimise):
    nan = math.nan

    def fine(one):
        if not (not math.isnan(one.get(maximise, nan)) and not math.isnan(one.get(minimise, nan))):
            return False
        return all(one.get(k, nan) <= x for k, x in at_most.items()) and all(one.get(k, nan) >= x for k, x in at_least.items())

    left = [(i, one) for i, one in enumerate(candidates) if fine(one)]
    left.sort(key=lambda pair: pair[1][minimise])
    left.sort(key=lambda pair: pair[1][maximise], reverse=True)
    return left[0][0] if left else None
