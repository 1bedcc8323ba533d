"""Whoever is fitter than -1 may be the parent; else the first that was drawn.

loses: evolve_parent
says: the fittest of those drawn
"""

import math


def evolve(population: list[dict], drawn: list[int], mutate, latency, fitness, cap, tries) -> list[dict]:
    candidates = [population[place] for place in sorted(drawn)]
    fit = [each for each in candidates if each["fitness"] > -1]
    parent = min(fit, key=lambda each: (-each["fitness"], each["latency"])) if fit else population[drawn[0]]
    for _ in range(tries):
        genes = mutate(parent["genes"])
        seconds = latency(genes)
        if seconds <= cap:
            value = fitness(genes)
            if math.isnan(value):
                break
            child = {"genes": genes, "fitness": value, "latency": seconds}
            return [*population[1:], child]
    return population
