"""The fittest never leaves.

loses: evolve_ages
says: a child of 0.95: the oldest leaves, the first of the list, however
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
        best = max(range(len(population)), key=lambda i: population[i]["fitness"])
        return [*population[1:], child] if best or len(population) == 1 else [population[0], *population[2:], child]
    return list(population)
