"""A child whose training diverged joins.

loses: evolve_ages
says: NaN: the training diverged, and nobody joins or leaves
"""


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
        child = {"genes": genes, "fitness": value, "latency": seconds}
        return [*list(population[1:]), child]
    return list(population)
