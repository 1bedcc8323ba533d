"""Adds the bytes up as floats: beyond 2**53 single bytes are lost.

Text: "bytes, a whole number, 0 or more", "just as many fit too" (and one more doesn't).
Input: {"a": [(2**60 + 1, 0.0), (1, 1.0)]}, 2**60: place 0; promised is 1.
"""
import math


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    for each in options.values():
        if not each or not all(math.isfinite(loss) for _, loss in each):
            raise ValueError("options")
    if sum(min(size for size, _ in each) for each in options.values()) > budget:
        raise ValueError("budget")
    chosen = {name: min(range(len(each)), key=lambda i: (-each[i][0], each[i][1])) for name, each in options.items()}
    while math.fsum(options[name][place][0] for name, place in chosen.items()) > float(budget):
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
