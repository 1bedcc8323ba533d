"""All six, as short as possible.
"""
import math

import torch
from torch import Tensor


def _check(costs, values, *more):
    if len(costs) != len(values) or any(math.isnan(x) for x in (*costs, *values, *more)):
        raise ValueError("lengths, or NaN")


def frontier(costs: list[float], values: list[float]) -> list[int]:
    _check(costs, values)
    best = {}
    for c, v in zip(costs, values):
        best[c] = max(best.get(c, v), v)
    stays, top = {}, None
    for c in sorted(best):
        if top is None or best[c] > top:
            top = stays[c] = best[c]
    return sorted((i for i, c in enumerate(costs) if c in stays and stays[c] == values[i]), key=lambda i: costs[i])


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    if len(directions) != points.shape[1] or {*directions} - {"min", "max"} or points.isnan().any():
        raise ValueError
    x = torch.stack([column if word == "min" else column.neg() for column, word in zip(points.T, directions)])
    worse = (x[:, :, None] >= x[:, None, :]).all(0) & (x[:, :, None] > x[:, None, :]).any(0)
    return worse.sum(1) == 0


def knee(costs: list[float], values: list[float]) -> int | None:
    if len(costs) != len(values):
        raise ValueError
    points = sorted(zip(costs, values, range(len(costs))))
    if any(a[0] == b[0] or a[1] >= b[1] for a, b in zip(points, points[1:])):
        raise ValueError
    if not points[2:]:
        return None
    (c, v, _), (cc, vv, _) = points[0], points[-1]
    heights = [(y - v) / (vv - v) - (x - c) / (cc - c) for x, y, _ in points]
    top = max(heights)
    return next(p[2] for h, p in zip(heights, points) if h >= top - 1e-9) if top > 1e-9 else None


def hypervolume(costs: list[float], values: list[float], reference: tuple[float, float]) -> float:
    _check(costs, values, *reference)
    (width, floor), area = reference, 0
    for i in frontier(costs, values):
        if costs[i] < width and values[i] > floor:
            area += (width - costs[i]) * (values[i] - floor)
            floor = values[i]
    return float(area)


def best_within(candidates, at_most, at_least, maximise, minimise):
    nan = math.nan
    ok = [
        i
        for i, c in enumerate(candidates)
        if c.get(maximise, nan) >= -math.inf
        and c.get(minimise, nan) >= -math.inf
        and all(c.get(k, nan) <= most for k, most in at_most.items())
        and all(c.get(k, nan) >= least for k, least in at_least.items())
    ]
    return max(ok, key=lambda i: (candidates[i][maximise], -candidates[i][minimise]), default=None)


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    if scores_a.numel() != scores_b.numel():
        raise ValueError
    d = scores_a.to(torch.float64) - scores_b.to(torch.float64)
    deviation, mean = torch.std_mean(d, correction=1)
    reach = z * deviation * len(d) ** -0.5
    return cost_a <= cost_b and bool(mean + reach >= 0) and (cost_a < cost_b or bool(mean > reach))
