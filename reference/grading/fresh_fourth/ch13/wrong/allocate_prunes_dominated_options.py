"""Looks only at options that no other of the layer beats in both: where prices are negative one of the others can have the lowest price.

Text: "another **of its options with fewer bytes**", "one may be worse than another in both", "Of all such moves of all layers take the one of the lowest price".
Input: {"a": [(100, 1.0), (50, 0.1), (10, 0.0)]}, 99: place 2 (-1/90); promised is place 1 (-0.9/50).
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
                beaten = any(s <= smaller and o <= other and (s, o) != (smaller, other) for s, o in each)
                if smaller < size and not beaten:
                    price = (other - loss) / (size - smaller)
                    moves.append((price, smaller - size, order, place, name))
        best = min(moves)
        chosen[best[4]] = best[3]
    return chosen
