"""Of equal prices it takes the layer that comes first, and only then asks for the bytes.

Text: "the one that saves more bytes is made; if they save as many, that of the layer that comes first".
Input: {"a": [(16, 0.0), (14, 0.25)], "b": [(8, 0.0), (4, 0.5)]}, 23.
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
                    price = (other - loss) / (size - smaller)
                    moves.append((price, order, smaller - size, place, name))
        best = min(moves)
        chosen[best[-1]] = best[3]
    return chosen
