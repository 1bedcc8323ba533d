"""A knockout between the drawn, a while loop that counts down, and a deque that drops the oldest by itself."""

from collections import deque


def _beats(population, one, other):
    a, b = population[one], population[other]
    if a["fitness"] != b["fitness"]:
        return a["fitness"] > b["fitness"]
    if a["latency"] != b["latency"]:
        return a["latency"] < b["latency"]
    return one < other


def evolve(
    population: list[dict], drawn: list[int], mutate, latency, fitness, cap, tries
) -> list[dict]:
    champion, *rest = drawn
    for rival in rest:
        if _beats(population, rival, champion):
            champion = rival
    genes = population[champion]["genes"]
    queue = deque(population, maxlen=len(population))
    left = tries
    while left > 0:
        left -= 1
        child = mutate(list(genes))
        seconds = latency(child)
        if seconds > cap:
            continue
        score = fitness(child)
        if score == score:  # no NaN
            queue.append({"genes": child, "fitness": score, "latency": seconds})
        left = 0
    return list(queue)
