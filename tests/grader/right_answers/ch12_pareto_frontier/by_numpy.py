"""NumPy's sorts, cumulative maxima and broadcasting."""

import numpy as np
import torch


def frontier(costs, values):
    c, v = np.array(costs, dtype=object), np.array(values, dtype=object)
    if len(c) != len(v):
        raise ValueError("lengths")
    if np.any(c != c) or np.any(v != v):
        raise ValueError("NaN")
    if not len(c):
        return []
    # Ranks of equal numbers are equal, and no digit is lost.
    c_rank = np.unique(c, return_inverse=True)[1]
    v_rank = np.unique(v, return_inverse=True)[1]
    order = np.lexsort((np.arange(len(c)), -v_rank, c_rank))
    best = np.maximum.accumulate(v_rank[order])
    before = np.concatenate([[-1], best[:-1]])
    cost_of_best = {rank: int(c_rank[i]) for i, rank in zip(order[::-1], v_rank[order][::-1], strict=True)}
    return [
        np.int64(i)
        for i, rank, most in zip(order, v_rank[order], before, strict=True)
        if rank > most or (rank == most and cost_of_best[rank] == c_rank[i])
    ]


def non_dominated(points, directions):
    x = points.detach().numpy().copy()
    if x.shape[1] != len(directions) or set(directions) - {"min", "max"}:
        raise ValueError("words")
    if np.isnan(x).any():
        raise ValueError("NaN")
    turned = np.array([word == "max" for word in directions])
    x[:, turned] = -x[:, turned]
    dominated = [bool(((x <= row).all(axis=1) & (x < row).any(axis=1)).any()) for row in x]
    return ~torch.tensor(dominated, dtype=torch.bool)


def knee(costs, values):
    c, v = np.array(costs, dtype=object), np.array(values, dtype=object)  # whole numbers keep all digits
    if c.shape != v.shape:
        raise ValueError("lengths")
    order = np.argsort(c, kind="stable")
    c, v = c[order], v[order]
    if (np.diff(c) <= 0).any() or (np.diff(v) <= 0).any():
        raise ValueError("no frontier")
    if len(c) <= 2:
        return None
    c, v = (c - c[0]).astype(np.float64), (v - v[0]).astype(np.float64)
    height = v / v[-1] - c / c[-1]
    high = height.max()
    return order[np.flatnonzero(height >= high - 1e-9)[0]] if high > 1e-9 else None


def hypervolume(costs, values, reference):
    points = np.array([costs, values], dtype=object).T if len(costs) == len(values) else None
    if points is None or (points != points).any() or np.isnan(reference).any():
        raise ValueError("bad numbers")
    points = points.reshape(-1, 2)
    points = points[(points[:, 0] < reference[0]) & (points[:, 1] > reference[1])]
    points = points[np.argsort(points[:, 0])]
    stairs = np.maximum.accumulate(points[:, 1]) - reference[1]
    return np.sum(np.diff(np.append(points[:, 0], reference[0])) * stairs)


def best_within(candidates, at_most, at_least, maximise, minimise):
    fits = []
    for place, candidate in enumerate(candidates):
        sides = [(candidate.get(m, np.nan), limit) for m, limit in at_most.items()]
        sides += [(limit, candidate.get(m, np.nan)) for m, limit in at_least.items()]
        goals = candidate.get(maximise, np.nan), candidate.get(minimise, np.nan)
        if not np.isnan(goals).any() and all(low <= high for low, high in sides):
            fits.append(place)
    if not fits:
        return None
    top = max(candidates[i][maximise] for i in fits)
    fits = [i for i in fits if candidates[i][maximise] == top]
    return np.int64(min(fits, key=lambda i: candidates[i][minimise]))


def surely_dominates(cost_a, scores_a, cost_b, scores_b, z=1.96):
    a, b = scores_a.numpy().astype(np.float64), scores_b.numpy().astype(np.float64)
    if len(a) != len(b):
        raise ValueError("no pairs")
    d = a - b
    low, high = d.mean() + np.array([-z, z]) * np.sqrt(d.var(ddof=1) / len(d))
    better, worse = bool(low > 0), bool(high < 0)
    if cost_a < cost_b:
        return not worse
    return better if cost_a == cost_b else False
