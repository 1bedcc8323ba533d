"""Rounds prices to nine digits behind the point: those of large layers are all 0 then.

Text: "Of several moves with the same price (as floats)".
Input: bytes in the millions: {"a": [(10**7, 0.0), (0, 0.001)], "b": [(10**6, 0.0), (0, 0.00005)]}, budget 10**7 + 1: a moves (it saves more); promised is b, which has half the price.
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
                    price = round((other - loss) / (size - smaller), 9)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
