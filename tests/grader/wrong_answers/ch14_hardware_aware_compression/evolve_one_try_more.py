"""One try too many.

loses: evolve_cap
says: 1 tries: no child within the cap in so many tries: nothing is
"""

import math


def evolve(population, drawn, mutate, latency, fitness, cap, tries):
    parent = None
    for place in sorted(drawn):
        each = population[place]
        key = (each["fitness"], -each["latency"])
        if parent is None or key > (parent["fitness"], -parent["latency"]):
            parent = each
    for _ in range(tries + 1):
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
