"""Loops over values and edges, without a tensor but for its list."""

import math

from torch import Tensor


def _bin(value, edges):
    place = 0
    for edge in edges:
        if value >= edge:
            place += 1
    return place


def _shares(values, edges):
    counts = [0.5 for _ in range(len(edges) + 1)]
    for value in values:
        counts[_bin(value, edges)] += 1
    whole = len(values) + 0.5 * len(counts)
    return [count / whole for count in counts]


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    if len(edges) == 0:
        raise ValueError("no edge")
    for i in range(1, len(edges)):
        if not edges[i] > edges[i - 1]:
            raise ValueError("edges ascend")
    before, today = reference.tolist(), live.tolist()
    for values in (before, today):
        if not values:
            raise ValueError("no values")
        if any(math.isnan(value) for value in values):
            raise ValueError("NaN")
    terms = []
    for e, a in zip(_shares(before, edges), _shares(today, edges)):
        terms.append((a - e) * (math.log(a) - math.log(e)))
    return math.fsum(terms)
