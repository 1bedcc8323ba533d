"""Fractions, arrays, a stable sort of negated magnitudes, differences of what begins and what ends."""

import itertools
import math
from fractions import Fraction

import numpy as np
import torch


def _whole_bytes(shape, bits):
    return math.ceil(Fraction(math.prod(shape) * bits, 8))


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    _, *one_filter = weight_shape
    macs = math.prod([*output_shape, *one_filter])
    moved = _whole_bytes(weight_shape, weight_bits)
    moved += _whole_bytes(input_shape, activation_bits) + _whole_bytes(output_shape, activation_bits)
    return float(Fraction(macs, moved))


def attainable(operations, peak, bandwidth):
    table = np.array(operations, dtype=np.float64).reshape(-1, 2)
    times = table / np.array([peak, bandwidth])
    seconds = np.sum(times.max(axis=1, initial=0.0))
    total = float(sum(macs for macs, _ in operations))
    return {
        "memory_bound": tuple(np.flatnonzero(times[:, 1] > times[:, 0])),
        "seconds": np.float64(seconds),
        "speed": np.float64(total / seconds) if seconds else 0.0,
    }


def mask(weight, n=2, m=4):
    if m <= 0 or n < 0 or m < n or weight.dim() < 2 or weight.size(1) % m:
        raise ValueError("n, m or the shape")
    size = np.abs(weight.detach().to(torch.float64).numpy())
    if np.isnan(size).any():
        raise ValueError("NaN")
    keep = np.zeros(size.shape, dtype=bool)
    for start in range(0, size.shape[1], m):
        places = np.argsort(-size[:, start : start + m], axis=1, kind="stable")[:, :n]
        np.put_along_axis(keep[:, start : start + m], places, True, axis=1)
    return torch.from_numpy(keep)


def peak(steps, results):
    n = len(steps)
    if any(not (0 <= each < i) for i, (_, reads) in enumerate(steps) for each in reads):
        raise ValueError("reads")
    if set(results) - set(range(n)):
        raise ValueError("results")
    change = [0] * (n + 1)
    for i, (size, _) in enumerate(steps):
        readers = [j for j in range(n) if i in steps[j][1]]
        change[i] += size
        change[n if i in results else max([i, *readers]) + 1] -= size
    return np.int64(max([0, *itertools.accumulate(change)])) if n < 3 else max(itertools.accumulate(change))


def evolve(population, drawn, mutate, latency, fitness, cap, tries):
    ranked = sorted(drawn)
    ranked.sort(key=lambda place: population[place]["latency"])
    ranked.sort(key=lambda place: population[place]["fitness"], reverse=True)
    parent = population[ranked[0]]["genes"]
    children = ((child, latency(child)) for child in (mutate(parent.copy()) for _ in range(tries)))
    found = next(((child, seconds) for child, seconds in children if not seconds > cap), None)
    value = math.nan if found is None else fitness(found[0])
    if value != value:
        return population[:]
    return (*population[1:], {"genes": found[0], "latency": found[1], "fitness": value})
