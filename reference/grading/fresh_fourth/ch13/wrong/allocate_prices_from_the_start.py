"""Counts all prices from the option that a layer began with.

Text: "one layer goes from its present option", "loss before".
Input: a layer that moves twice.
"""
import math


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    for each in options.values():
        if not each or not all(math.isfinite(loss) for _, loss in each):
            raise ValueError("options")
    if sum(min(size for size, _ in each) for each in options.values()) > budget:
        raise ValueError("budget")
    chosen = {name: min(range(len(each)), key=lambda i: (-each[i][0], each[i][1])) for name, each in options.items()}
    start = dict(chosen)
    while sum(options[name][place][0] for name, place in chosen.items()) > budget:
        moves = []
        for order, (name, each) in enumerate(options.items()):
            size, loss = each[chosen[name]]
            for place, (smaller, other) in enumerate(each):
                if smaller < size:
                    full, least = each[start[name]]
                    price = (other - least) / (full - smaller)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
