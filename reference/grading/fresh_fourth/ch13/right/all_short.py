"""All four, short.
"""
import math
from statistics import NormalDist

import torch
from torch import Tensor, nn


def scan(model: nn.Module, names: list[str], change, evaluate) -> dict[str, float]:
    layers = dict(model.named_modules())
    weights = [getattr(layers.get(name), "weight", None) for name in names]
    if any(weight is None for weight in weights):
        raise ValueError(names)
    came, rises = evaluate(model), []
    for weight in weights:
        kept = weight.data.clone()
        try:
            weight.data.copy_(change(kept.clone()))
            rises.append(evaluate(model) - came)
        finally:
            weight.data.copy_(kept)
    return dict(zip(names, rises))


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    if not all(options.values()) or not all(math.isfinite(pair[1]) for each in options.values() for pair in each):
        raise ValueError
    at = {k: max(range(len(o)), key=lambda i: (o[i][0], -o[i][1])) for k, o in options.items()}
    while sum(options[k][i][0] for k, i in at.items()) > budget:
        moves = {}
        for k, o in options.items():
            size, loss = o[at[k]]
            moves |= {(k, i): ((p[1] - loss) / (size - p[0]), p[0] - size) for i, p in enumerate(o) if p[0] < size}
        if not moves:
            raise ValueError
        k, i = min(moves, key=moves.get)
        at[k] = i
    return at


def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    low, high, size = 0.0, 0.0, stored(0.0)
    if size <= target:
        return high, size
    high, size = 1.0, stored(1.0)
    if size > target:
        raise ValueError
    for _ in range(2, max_calls):
        if target - tolerance <= size:
            break
        new = stored(middle := (low + high) / 2)
        low, high, size = (low, middle, new) if new <= target else (middle, high, size)
    return high, size


def guard(labels: Tensor, before: Tensor, after: Tensor, *, tolerance: float, confidence: float = 0.95) -> dict:
    if len({labels.shape, before.shape, after.shape}) > 1 or 0 in labels.shape:
        raise ValueError
    a, b = (after == labels).double(), (before == labels).double()
    f, g, n = int(a.mul(1 - b).sum()), int(b.mul(1 - a).sum()), len(a)
    d = (f - g) / (n + 2)
    w = NormalDist().inv_cdf(1 - (1 - confidence) / 2) / (n + 2) * math.sqrt(f + g + 1 - d * (f - g))
    return {"fixed": f, "broken": g, "change": (f - g) / n, "low": d - w, "high": d + w, "accept": d - w > -tolerance}
