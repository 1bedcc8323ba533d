"""Of equally fit and equally fast ones takes the first drawn and not the oldest.

Text: "of equally fit ones that of the smaller latency, and of those the oldest"
Input: `people = [{'genes': [1], 'fitness': 0.5, 'latency': 1.0}, {'genes': [2], 'fitness': 0.5, 'latency': 1.0}]; evolve(people, [1, 0], lambda g: [*g, 9], lambda g: 1.0, lambda g: 0.6, 2.0, 3)[-1]['genes']` -> promised [1, 9], actual [2, 9]
"""

import math


def evolve(
    population: list[dict], drawn: list[int], mutate, latency, fitness, cap, tries
) -> list[dict]:
    parent = max(
        (population[i] for i in drawn), key=lambda e: (e["fitness"], -e["latency"])
    )
    for _ in range(tries):
        genes = mutate(list(parent["genes"]))
        seconds = latency(genes)
        if seconds <= cap:
            break
    else:
        return list(population)
    value = fitness(genes)
    if math.isnan(value):
        return list(population)
    return population[1:] + [{"genes": genes, "fitness": value, "latency": seconds}]
