"""Prices are rounded to eight digits behind the point, and a large layer's are all 0 there.

loses: allocate_greedy
says: the lowest price, however close to others and however small
"""

import math


def allocate(options, budget):
    for name, choices in options.items():
        if not choices or not all(math.isfinite(loss) for _, loss in choices):
            raise ValueError(f"{name}: an option at least, and finite losses")
    if sum(min(choices)[0] for choices in options.values()) > budget:
        raise ValueError(f"nothing fits into {budget} bytes")
    chosen = {}
    for name, choices in options.items():
        start = min(choices, key=lambda option: (-option[0], option[1]))
        chosen[name] = choices.index(start)
    while sum(options[name][place][0] for name, place in chosen.items()) > budget:
        moves = []
        for layer, (name, choices) in enumerate(options.items()):
            size, loss = choices[chosen[name]]
            for place, (smaller, other) in enumerate(choices):
                saved = size - smaller
                if saved > 0:
                    moves.append((round((other - loss) / saved, 8), -saved, layer, place, name))
        *_, place, name = min(moves)
        chosen[name] = place
    return chosen
