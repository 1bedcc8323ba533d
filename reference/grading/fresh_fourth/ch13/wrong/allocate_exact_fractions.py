"""Compares prices as exact fractions, and so finds differences between prices that are equal as floats.

Text: "Of several moves with the same price (as floats), the one that saves more bytes is made".
Input: {"a": [(4, 0.0), (0, 0.33)], "b": [(36, 0.0), (0, 2.97)]}, 39: a moves; promised is b, which saves more.
"""
from fractions import Fraction

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
                    price = (Fraction(other) - Fraction(loss)) / (size - smaller)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
