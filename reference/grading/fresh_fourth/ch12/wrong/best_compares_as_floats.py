"""Makes floats of the numbers: large ints that lie close together become equal.

Text: "Numbers differ however close they are."
Input: [{"s": 2**60 + 1, "a": 1}, {"s": 2**60, "a": 1}], {}, {}, "a", "s": 0; promised is 1.
"""
import math


def best_within(
    candidates: list[dict[str, float]],
    at_most: dict[str, float],
    at_least: dict[str, float],
    maximise: str,
    minimise: str,
) -> int | None:
    best = None
    for place, candidate in enumerate(candidates):
        asked = {maximise, minimise, *at_most, *at_least}
        if any(math.isnan(candidate.get(metric, math.nan)) for metric in asked):
            continue
        if any(candidate[metric] > limit for metric, limit in at_most.items()):
            continue
        if any(candidate[metric] < limit for metric, limit in at_least.items()):
            continue
        key = (float(candidate[maximise]), -float(candidate[minimise]))
        if best is None or key > best[0]:
            best = key, place
    return None if best is None else best[1]
