"""PyTorch where it has the function, recursion and generators elsewhere."""

import hashlib
import math
from itertools import accumulate

import torch


def parity(pairs, dtype):
    match dtype:
        case "float32":
            rule = {"rtol": 1e-4, "atol": 1e-5}
        case "float16":
            rule = {"rtol": 1e-2, "atol": 1e-3}
        case "int8":
            rule = {}
        case _:
            raise ValueError(dtype)
    if any(a.shape != b.shape for a, b in pairs) or sum(len(a) for a, _ in pairs) == 0:
        raise ValueError("pairs")
    filled = [(a.double(), b.double()) for a, b in pairs if len(a)]
    broken = [~torch.isfinite(b) for _, b in filled]
    close = [torch.isclose(b, a, **rule) if rule else ~bad for (a, b), bad in zip(filled, broken, strict=True)]
    apart = [math.inf if bad.any() else float((b - a).abs().max()) for (a, b), bad in zip(filled, broken, strict=True)]
    right = torch.cat(
        [(a.max(1).indices == b.max(1).indices) & ~bad.any(1) for (a, b), bad in zip(filled, broken, strict=True)]
    )
    beyond = sum(int((~each).sum()) for each in close)
    share = right.double().mean()
    return {
        "largest": max(apart),
        "beyond": beyond,
        "agreement": share,
        "passes": not beyond and (bool(rule) or int((~right).sum()) * 100 <= len(right)),
    }


def version_for(key, salt, percent):
    if math.isnan(percent) or not 0 <= percent <= 100:
        raise ValueError("percent")
    place = 0
    for byte in hashlib.sha256((salt + "/" + key).encode()).digest()[:8]:
        place = 256 * place + byte
    return "canary" if place / 2**64 * 100 < percent else "stable"


def stability_index(reference, live, edges):
    limits = torch.as_tensor(edges, dtype=torch.float64)
    if limits.numel() == 0 or not bool((limits.diff() > 0).all()) or limits.isnan().any():
        raise ValueError("edges")

    def shares(values):
        if values.numel() == 0 or values.isnan().any():
            raise ValueError("values")
        place = (values.double()[:, None] >= limits).sum(1)
        counts = torch.zeros(len(limits) + 1, dtype=torch.float64)
        counts.scatter_add_(0, place, torch.ones(len(values), dtype=torch.float64))
        return (counts + 0.5) / (counts.sum() + 0.5 * len(counts))

    e, a = shares(reference), shares(live)
    return ((a - e) * (a.log() - e.log())).sum()


def latency_quantile(bounds, counts, q):
    ends, done = [0.0, *bounds], [0, *counts]
    if len(ends) != len(done) or len(ends) < 3 or ends[-1] != float("inf"):
        raise ValueError("bounds")
    if list(accumulate(done, max)) != done or done[-1] < 1 or not q > 0 or not q <= 1:
        raise ValueError("counts or q")

    def find(place):
        if place == len(ends) - 1:
            return ends[-2]
        if done[place] < q * done[-1]:
            return find(place + 1)
        part = (q * done[-1] - done[place - 1]) / (done[place] - done[place - 1])
        return (1 - part) * ends[place - 1] + part * ends[place]

    return torch.tensor(find(1), dtype=torch.float64)


def decide(counts, limits):
    if not limits:
        raise ValueError("limits")
    verdicts = {}
    for name in limits:
        k, n = counts.get(name) or (0, 0)
        if not (0 <= k <= n and 0.0 < limits[name] < 1.0):
            raise ValueError(name)
        # The ends are the roots of (p - x)^2 n = z^2 x (1 - x): the limit lies beyond one where this has its sign.
        x = limits[name]
        outside = n > 0 and (k / n - x) ** 2 * n > 1.96**2 * x * (1 - x)
        verdicts[name] = ("bad" if k / n > x else "good") if outside else "open"
    named = {state: [name for name in limits if verdicts[name] == state] for state in ("bad", "open")}
    if named["bad"]:
        return "rollback", named["bad"]
    return ("wait", named["open"]) if named["open"] else ("promote", [])


def alarm_states(scores, raise_at, clear_at, patience=3):
    def walk():
        on, left = False, patience
        for score in scores:
            if score is None:
                yield on
                continue
            if math.isnan(score):
                raise ValueError("NaN")
            left = left - 1 if (score < clear_at if on else score >= raise_at) else patience
            if left == 0:
                on, left = not on, patience
            yield on

    if clear_at > raise_at or patience < 1:
        raise ValueError("settings")
    return list(walk())
