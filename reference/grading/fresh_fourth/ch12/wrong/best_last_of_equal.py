"""Of candidates that are equal in both it takes the last.

Text: "Of those equal in both, the first in the list is best."
Input: two equal candidates: 1; promised is 0.
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
        key = (candidate[maximise], -candidate[minimise])
        if best is None or key >= best[0]:
            best = key, place
    return None if best is None else best[1]
