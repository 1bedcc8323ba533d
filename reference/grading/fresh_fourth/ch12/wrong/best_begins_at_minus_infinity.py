"""Begins with minus infinity as the best so far: who has that is never better.

Text: "ints and floats of any sign and infinities"; "None if there is no candidate within the limits."
Input: [{"s": 1, "a": -inf}], {}, {}, "a", "s": None; promised is 0.
"""
import math


def best_within(
    candidates: list[dict[str, float]],
    at_most: dict[str, float],
    at_least: dict[str, float],
    maximise: str,
    minimise: str,
) -> int | None:
    top, chosen = -math.inf, None
    for place, candidate in enumerate(candidates):
        asked = {maximise, minimise, *at_most, *at_least}
        if any(math.isnan(candidate.get(metric, math.nan)) for metric in asked):
            continue
        if any(candidate[metric] > limit for metric, limit in at_most.items()):
            continue
        if any(candidate[metric] < limit for metric, limit in at_least.items()):
            continue
        if candidate[maximise] > top:
            top, chosen = candidate[maximise], place
        elif chosen is not None and candidate[maximise] == top and candidate[minimise] < candidates[chosen][minimise]:
            chosen = place
    return chosen
