"""Loops over numbers, and nothing that a beginner would not write."""

import torch


def _count(shape):
    n = 1
    for size in shape:
        n *= int(size)
    return n


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    total = 0
    for shape, bits in ((weight_shape, weight_bits), (input_shape, activation_bits), (output_shape, activation_bits)):
        whole, rest = divmod(_count(shape) * bits, 8)
        total += whole + (1 if rest else 0)
    return _count(output_shape) * (_count(weight_shape) // weight_shape[0]) / total


def attainable(operations, peak, bandwidth):
    seconds, done, slow = 0.0, 0, []
    for place in range(len(operations)):
        macs, moved = operations[place]
        computing, moving = macs / peak, moved / bandwidth
        if moving > computing:
            slow.append(place)
            seconds += moving
        else:
            seconds += computing
        done += macs
    if seconds == 0:
        return {"seconds": 0.0, "memory_bound": slow, "speed": 0.0}
    return {"seconds": seconds, "memory_bound": slow, "speed": done / seconds}


def mask(weight, n=2, m=4):
    if m < 1 or n not in range(m + 1):
        raise ValueError("n or m")
    if len(weight.shape) < 2 or weight.shape[1] % m or bool((weight != weight).any()):
        raise ValueError("weight")
    out, inputs = weight.shape[0], weight.shape[1]
    kernel = _count(weight.shape[2:])
    numbers = weight.detach().reshape(out, inputs, kernel).double().tolist()
    keep = torch.zeros(out, inputs, kernel, dtype=torch.bool)
    for o in range(out):
        for k in range(kernel):
            for start in range(0, inputs, m):
                run = [abs(numbers[o][start + i][k]) for i in range(m)]
                for _ in range(n):
                    best = run.index(max(run))
                    keep[o, start + best, k] = True
                    run[best] = -1.0
    return keep.reshape(weight.shape)


def peak(steps, results):
    for place in results:
        if place < 0 or place >= len(steps):
            raise ValueError("result")
    most = 0
    for now in range(len(steps)):
        total = 0
        for made in range(now + 1):
            needed = made == now or made in results
            for later in range(now, len(steps)):
                if made in steps[later][1]:
                    needed = True
            if needed:
                total += steps[made][0]
        for source in steps[now][1]:
            if source < 0 or source >= now:
                raise ValueError("read")
        if total > most:
            most = total
    return most


def evolve(population, drawn, mutate, latency, fitness, cap, tries):
    best = drawn[0]
    for place in drawn[1:]:
        one, other = population[place], population[best]
        if one["fitness"] != other["fitness"]:
            better = one["fitness"] > other["fitness"]
        elif one["latency"] != other["latency"]:
            better = one["latency"] < other["latency"]
        else:
            better = place < best
        if better:
            best = place
    left = tries
    while left > 0:
        left -= 1
        genes = mutate(population[best]["genes"])
        seconds = latency(genes)
        if seconds <= cap:
            value = fitness(genes)
            if value == value:
                new = population[1:]
                new.append({"genes": genes, "fitness": value, "latency": seconds})
                return new
            left = 0
    return [*population]
