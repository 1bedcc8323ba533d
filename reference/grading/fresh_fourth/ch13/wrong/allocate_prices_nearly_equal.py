"""Takes prices for the same that math.isclose takes for the same.

Text: "Of several moves with the same price (as floats)".
Input: {"a": [(2, 0.0), (1, 1.0)], "b": [(4, 0.0), (2, 2.0 + 1e-12)]}, 5: b (it saves more); promised is a.
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
                    moves.append((price, smaller - size, order, place, name))
        lowest = min(moves)[0]
        best = min(move[1:] for move in moves if math.isclose(move[0], lowest))
        best = (lowest, *best)
        chosen[best[4]] = best[3]
    return chosen
