"""Writes limits without effect into the dict that it was given, so that all metrics are in one.

Text: "don't modify what you are given."
Input: any: at_most holds two more keys afterwards.
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
    at_most.setdefault(maximise, math.inf)
    at_most.setdefault(minimise, math.inf)
    for place, candidate in enumerate(candidates):
        asked = {maximise, minimise, *at_most, *at_least}
        if any(math.isnan(candidate.get(metric, math.nan)) for metric in asked):
            continue
        if any(candidate[metric] > limit for metric, limit in at_most.items()):
            continue
        if any(candidate[metric] < limit for metric, limit in at_least.items()):
            continue
        key = (candidate[maximise], -candidate[minimise])
        if best is None or key > best[0]:
            best = key, place
    return None if best is None else best[1]
