"""All that equal the oldest leave.

loses: evolve_ages
says: the oldest leaves, the first of the list, however fit; the child is
"""

import math


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
        return [each for each in population if each != population[0]] + [child]
    return list(population)
