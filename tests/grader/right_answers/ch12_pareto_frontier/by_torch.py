"""A heap, fractions, a chord by cross products, and tensors where they serve."""

import bisect
import itertools
import math
from fractions import Fraction

import torch


def frontier(costs, values):
    if len(costs) != len(values):
        raise ValueError("lengths")
    for number in (*costs, *values):
        if math.isnan(number):
            raise ValueError("NaN")
    by_cost = {}
    for place, (cost, value) in enumerate(zip(costs, values, strict=True)):
        best, places = by_cost.get(cost, (None, []))
        if best is None or value > best:
            by_cost[cost] = (value, [place])
        elif value == best:
            places.append(place)
    kept, top = [], None
    for cost in sorted(by_cost):
        value, places = by_cost[cost]
        if top is None or value > top:
            kept, top = kept + places, value
    return kept


def non_dominated(points, directions):
    if len(directions) != points.shape[1]:
        raise ValueError("one word for each column")
    if bool(points.isnan().any()):
        raise ValueError("NaN")
    good = torch.ones(len(points), dtype=torch.bool)
    no_worse, better = good[:, None] & good, ~good[:, None] & good
    for column, word in zip(points.T, directions, strict=True):
        if word == "min":
            no_worse, better = no_worse & (column[:, None] <= column), better | (column[:, None] < column)
        elif word == "max":
            no_worse, better = no_worse & (column[:, None] >= column), better | (column[:, None] > column)
        else:
            raise ValueError(word)
    for row in no_worse & better:
        good &= ~row
    return good


def knee(costs, values):
    points = sorted(zip(costs, values, range(len(costs)), strict=True))
    for (a, x, _), (b, y, _) in itertools.pairwise(points):
        if not (a < b and x < y):
            raise ValueError("no frontier")
    if len(points) < 3:
        return None
    (a, x, _), (b, y, _) = points[0], points[-1]
    # The cross product with the chord, divided by the area of its rectangle, is the height.
    height = [((v - x) * (b - a) - (c - a) * (y - x)) / ((b - a) * (y - x)) for c, v, _ in points]
    best = max(height)
    if best > 1e-9:
        for h, (_, _, place) in zip(height, points, strict=True):
            if h >= best - 1e-9:
                return place
    return None


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(map(math.isnan, (*costs, *values, *reference))):
        raise ValueError("bad numbers")
    right, floor = map(Fraction, reference)
    area, edge = Fraction(0), right
    points = [(Fraction(c), Fraction(v)) for c, v in zip(costs, values, strict=True)]
    points = sorted((v, c) for c, v in points if c < right and v > floor)
    while points:  # from the top: the strip below it is as wide as the cheapest of those left allows
        value, _ = points[-1]
        below = points[-2][0] if len(points) > 1 else floor
        edge = min(c for v, c in points if v == value) if edge == right else min(edge, points[-1][1])
        area += (right - edge) * (value - below)
        points.pop()
    return float(area)


def best_within(candidates, at_most, at_least, maximise, minimise):
    ranked = []
    for place, candidate in enumerate(candidates):
        known = {metric: number for metric, number in candidate.items() if not math.isnan(number)}
        if maximise not in known or minimise not in known:
            continue
        if not all(m in known and known[m] <= limit for m, limit in at_most.items()):
            continue
        if not all(m in known and known[m] >= limit for m, limit in at_least.items()):
            continue
        bisect.insort(ranked, (-known[maximise], known[minimise], place))
    return ranked[0][-1] if ranked else None


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if scores_a.numel() != scores_b.numel():
        raise ValueError("no pairs")
    d = scores_a.to(torch.float64) - scores_b.to(torch.float64)
    n = d.numel()
    mean = d.sum() / n
    error = ((d - mean).square().sum() / (n - 1) / n).sqrt()
    answers = {-1: bool(mean + z * error >= 0), 0: bool(mean - z * error > 0), 1: False}
    return answers[(cost_a > cost_b) - (cost_a < cost_b)]
