"""Looks for the fittest from -1.0 on: where all that were drawn are below it, the first drawn stays the parent.

Text: "The parent is the fittest of the members that were drawn"
Input: `people = [{'genes': [1], 'fitness': -3.0, 'latency': 1.0}, {'genes': [2], 'fitness': -2.0, 'latency': 1.0}]; evolve(people, [0, 1], lambda g: [*g, 9], lambda g: 1.0, lambda g: -1.5, 2.0, 3)[-1]['genes']` -> promised [2, 9], actual [1, 9]
"""

import math


def evolve(
    population: list[dict], drawn: list[int], mutate, latency, fitness, cap, tries
) -> list[dict]:
    parent, best = population[drawn[0]], -1.0
    for place in sorted(drawn):
        each = population[place]
        if each["fitness"] > best or (
            each["fitness"] == best and each["latency"] < parent["latency"]
        ):
            parent, best = each, each["fitness"]
    for _ in range(tries):
        genes = mutate(list(parent["genes"]))
        seconds = latency(genes)
        if seconds > cap:
            continue
        value = fitness(genes)
        if math.isnan(value):
            break
        child = {"genes": genes, "fitness": value, "latency": seconds}
        return [*population[1:], child]
    return list(population)
