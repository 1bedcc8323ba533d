"""The children come from a generator, one at a time; the parent by sorting three times, least important key first."""

import math
from operator import itemgetter


def _children(parent, mutate, latency, tries):
    for _ in range(tries):
        genes = mutate(parent["genes"][:])
        yield {"genes": genes, "latency": latency(genes)}


def _first_within(children, cap):
    child = next(children, None)
    while child is not None and not child["latency"] <= cap:
        child = next(children, None)
    return child


def evolve(
    population: list[dict], drawn: list[int], mutate, latency, fitness, cap, tries
) -> list[dict]:
    contest = [population[place] for place in sorted(drawn)]  # the oldest first
    contest.sort(key=itemgetter("latency"))  # stable, as is the next
    contest.sort(key=itemgetter("fitness"), reverse=True)
    child = _first_within(_children(contest[0], mutate, latency, tries), cap)
    members = [dict(each) for each in population]
    if child is None:
        return members
    child["fitness"] = fitness(child["genes"])
    return members if math.isnan(child["fitness"]) else members[1:] + [child]
