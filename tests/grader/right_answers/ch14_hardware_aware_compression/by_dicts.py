"""Dicts of last readers and of what is held; masks by `scatter_`; the parent kept while going through the drawn."""

import math

import torch


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved


def attainable(operations, peak, bandwidth):
    compute = [macs / peak for macs, _ in operations]
    move = [moved / bandwidth for _, moved in operations]
    seconds = sum(max(a, b) for a, b in zip(compute, move, strict=True))
    bound = [i for i, (a, b) in enumerate(zip(compute, move, strict=True)) if b > a]
    macs = sum(macs for macs, _ in operations)
    speed = macs / seconds if seconds > 0 else 0.0
    return {"seconds": float(seconds), "memory_bound": bound, "speed": speed}


def mask(weight, n=2, m=4):
    if m < 1 or n < 0 or n > m:
        raise ValueError("n of m")
    if weight.ndim < 2 or weight.shape[1] % m != 0:
        raise ValueError("runs")
    if torch.isnan(weight).any():
        raise ValueError("NaN")
    size = weight.detach().to(torch.float64).abs()
    runs = size.movedim(1, -1)
    runs = runs.reshape(*runs.shape[:-1], runs.shape[-1] // m, m)
    order = torch.argsort(runs, dim=-1, descending=True, stable=True)
    keep = torch.zeros(runs.shape, dtype=torch.bool)
    keep.scatter_(-1, order[..., :n], True)
    return keep.flatten(-2).movedim(-1, 1) if keep.numel() else torch.zeros(weight.shape, dtype=torch.bool)


def peak(steps, results):
    last = {}
    for place, (_, reads) in enumerate(steps):
        for source in reads:
            if source not in last:
                raise ValueError(f"{place} reads {source}")
            last[source] = place
        last[place] = place
    for place in results:
        if place not in last:
            raise ValueError(f"no step {place}")
        last[place] = len(steps)
    held, most = {}, 0
    for place, (size, _) in enumerate(steps):
        held[place] = size
        most = max(most, sum(held.values()))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most


def evolve(population, drawn, mutate, latency, fitness, cap, tries):
    parent = None
    for place in sorted(drawn):
        each = population[place]
        key = (each["fitness"], -each["latency"])
        if parent is None or key > (parent["fitness"], -parent["latency"]):
            parent = each
    for _ in range(tries):
        genes = mutate(list(parent["genes"]))
        seconds = latency(genes)
        if seconds > cap:
            continue
        value = fitness(genes)
        if math.isnan(value):
            return list(population)
        child = {"genes": genes, "fitness": value, "latency": seconds}
        return [*population[1:], child]
    return list(population)
