"""Takes a child that a member already has the genes of for no child and tries again. The text says nothing of it.

Text: "Its genes are changed until the child's latency is at most the cap. The child is trained and joins as the youngest"
Input: `people = [{'genes': [1], 'fitness': 0.5, 'latency': 1.0}, {'genes': [2], 'fitness': 0.4, 'latency': 1.0}]; [e['genes'] for e in evolve(people, [0], lambda g: [2], lambda g: 1.0, lambda g: 0.6, 2.0, 3)]` -> promised [[2], [2]], actual [[1], [2]]
"""

import math


def evolve(
    population: list[dict], drawn: list[int], mutate, latency, fitness, cap, tries
) -> list[dict]:
    parent = min(
        (population[i] for i in sorted(drawn)),
        key=lambda each: (-each["fitness"], each["latency"]),
    )
    known = [each["genes"] for each in population]
    for _ in range(tries):
        genes = mutate(list(parent["genes"]))
        if genes in known:
            continue
        seconds = latency(genes)
        if seconds <= cap:
            value = fitness(genes)
            if math.isnan(value):
                return list(population)
            child = {"genes": genes, "fitness": value, "latency": seconds}
            return population[1:] + [child]
    return list(population)
