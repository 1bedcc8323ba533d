"""The weight's data are swapped and never overwritten; a heap of moves; a recursive search; counts by NumPy."""

import heapq
import math
from statistics import NormalDist

import numpy as np
from torch import nn


class _Swapped:
    def __init__(self, weight, change):
        self.weight, self.change = weight, change

    def __enter__(self):
        self.own = self.weight.data
        self.weight.data = self.change(self.own.clone())

    def __exit__(self, *_):
        self.weight.data = self.own


def scan(model, names, change, evaluate):
    weights = {}
    for name in names:
        try:
            weights[name] = model.get_submodule(name).weight
        except AttributeError:
            raise ValueError(f"no layer {name} with a weight") from None
        if not isinstance(weights[name], nn.Parameter):
            raise ValueError(f"{name} has no weight")
    came = evaluate(model)
    result = {}
    for name, weight in weights.items():
        with _Swapped(weight, change):
            result[name] = evaluate(model)
    return {name: loss - came for name, loss in result.items()}


def _moves(number, name, choices, start):
    size, loss = choices[start]
    for place, (other_size, other_loss) in enumerate(choices):
        if other_size < size:
            yield (other_loss - loss) / (size - other_size), other_size - size, number, place, name


def allocate(options, budget):
    for choices in options.values():
        losses = np.array([loss for _, loss in choices])
        if len(losses) == 0 or not np.isfinite(losses).all():
            raise ValueError("no options, or a loss that isn't finite")
    chosen = {}
    for name, choices in options.items():
        chosen[name] = 0
        for place, (size, loss) in enumerate(choices):
            best_size, best_loss = choices[chosen[name]]
            if size > best_size or (size == best_size and loss < best_loss):
                chosen[name] = place
    over = sum(options[name][place][0] for name, place in chosen.items()) - budget
    waiting = []
    for number, name in enumerate(options):
        best = min(_moves(number, name, options[name], chosen[name]), default=None)
        if best is not None:
            heapq.heappush(waiting, best)
    while over > 0:
        if not waiting:
            raise ValueError(f"{over} bytes too many, and nothing left to move")
        _, change, number, place, name = heapq.heappop(waiting)
        chosen[name] = place
        over += change
        best = min(_moves(number, name, options[name], place), default=None)
        if best is not None:
            heapq.heappush(waiting, best)
    return chosen


def search_ratio(stored, target, *, tolerance, max_calls):
    def narrow(low, high, size, left):
        if left == 0 or target - size <= tolerance:
            return high, size
        middle = low + (high - low) / 2
        found = stored(middle)
        if found > target:
            return narrow(middle, high, size, left - 1)
        return narrow(low, middle, found, left - 1)

    whole = stored(0.0)
    if whole <= target:
        return 0.0, whole
    least = stored(1.0)
    if least > target:
        raise ValueError("unreachable")
    return narrow(0.0, 1.0, least, max_calls - 2)


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if labels.shape != before.shape or labels.shape != after.shape or len(labels) == 0:
        raise ValueError("shapes")
    right_before, right_after = (each.numpy() == labels.numpy() for each in (before, after))
    fixed = int(np.count_nonzero(right_after & ~right_before))
    broken = int(np.count_nonzero(right_before & ~right_after))
    count = len(labels)
    f, b, rest = fixed + 0.5, broken + 0.5, count - fixed - broken + 1.0
    total = f + b + rest
    middle = (f - b) / total
    variance = ((f + b) / total - middle * middle) / total
    z = -NormalDist().inv_cdf((1 - confidence) / 2)
    low, high = middle - z * math.sqrt(variance), middle + z * math.sqrt(variance)
    return {
        "accept": low > -tolerance,
        "high": high,
        "low": low,
        "change": float(right_after.mean() - right_before.mean()),
        "broken": broken,
        "fixed": fixed,
    }
