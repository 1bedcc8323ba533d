"""Of equally fit ones the oldest, whatever the latency.

loses: evolve_parent
says: drawn [1, 2]: the fittest of those drawn; of equals the faster, and
"""

import math


def evolve(population, drawn, mutate, latency, fitness, cap, tries):
    parent = None
    for place in sorted(drawn):
        each = population[place]
        key = (each["fitness"],)
        if parent is None or key > (parent["fitness"],):
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
        return [*list(population[1:]), child]
    return list(population)
