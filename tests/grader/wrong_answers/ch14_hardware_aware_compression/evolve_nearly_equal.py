"""Nearly equal is equal.

loses: evolve_parent
says: fitter by very little is fitter
"""

import math


def evolve(population, drawn, mutate, latency, fitness, cap, tries):
    parent = None
    for place in sorted(drawn):
        each = population[place]
        key = (round(each["fitness"], 6), -each["latency"])
        if parent is None or key > (round(parent["fitness"], 6), -parent["latency"]):
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
