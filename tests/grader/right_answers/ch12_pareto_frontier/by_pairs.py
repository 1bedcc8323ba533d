"""Every pair compared, as the definitions say; areas between all costs that occur."""

import itertools
import math
import statistics

import torch


def _check(*lists):
    if len({len(each) for each in lists}) > 1:
        raise ValueError("lengths")
    if any(number != number for each in lists for number in each):
        raise ValueError("NaN")


def _dominates(a, b):
    return all(x <= y for x, y in zip(a, b, strict=True)) and any(x < y for x, y in zip(a, b, strict=True))


def frontier(costs, values):
    _check(costs, values)
    points = [(cost, -value) for cost, value in zip(costs, values, strict=True)]
    kept = [i for i, point in enumerate(points) if not any(_dominates(other, point) for other in set(points))]
    kept.sort(key=lambda i: costs[i])
    return tuple(kept)


def non_dominated(points, directions):
    words = list(directions)
    if len(words) != points.size(1) or any(word not in ("min", "max") for word in words):
        raise ValueError("words")
    rows = points.tolist()
    _check(*rows)
    rows = [[-x if word == "max" else x for x, word in zip(row, words, strict=True)] for row in rows]
    return torch.tensor([not any(_dominates(a, b) for a in rows) for b in rows], dtype=torch.bool)


def knee(costs, values):
    _check(costs, values)
    n = len(costs)
    for i in range(n):
        for j in range(n):
            if i != j and not ((costs[i] < costs[j]) == (values[i] < values[j]) and costs[i] != costs[j]):
                raise ValueError("no frontier")
            if i != j and values[i] == values[j]:
                raise ValueError("no frontier")
    if n < 3:
        return None
    x, y = [[(a - min(each)) / (max(each) - min(each)) for a in each] for each in (costs, values)]
    height = [b - a for a, b in zip(x, y, strict=True)]
    if max(height) <= 1e-9:
        return None
    return min((i for i in range(n) if max(height) - height[i] <= 1e-9), key=lambda i: costs[i])


def hypervolume(costs, values, reference):
    _check(costs, values)
    _check(reference)
    edges = sorted({cost for cost in costs if cost < reference[0]} | {reference[0]})
    area = 0
    for left, right in itertools.pairwise(edges):
        heights = [v - reference[1] for c, v in zip(costs, values, strict=True) if c <= left]
        area += (right - left) * max(0, *heights)
    return area


def best_within(candidates, at_most, at_least, maximise, minimise):
    def number(candidate, metric):
        found = candidate.get(metric)
        return None if found is None or found != found else found

    left = []
    for place, each in enumerate(candidates):
        needed = {*at_most, *at_least, maximise, minimise}
        if any(number(each, metric) is None for metric in needed):
            continue
        if any(each[m] > at_most[m] for m in at_most) or any(each[m] < at_least[m] for m in at_least):
            continue
        left.append((-each[maximise], each[minimise], place))
    return min(left)[2] if left else None


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    _check(scores_a.tolist(), scores_b.tolist())
    d = [float(a) - float(b) for a, b in zip(scores_a.tolist(), scores_b.tolist(), strict=True)]
    mean, error = statistics.fmean(d), statistics.stdev(d) / math.sqrt(len(d))
    if cost_a > cost_b or mean < -z * error:
        return False
    return cost_a != cost_b or mean > z * error
