"""Begins with the smallest options, and goes up while it fits.

loses: allocate_greedy
says: the layer that loses less for a byte gives way
"""

import math


def allocate(options, budget):
    for name, choices in options.items():
        if not choices or not all(math.isfinite(loss) for _, loss in choices):
            raise ValueError(f"{name}: an option at least, and finite losses")
    if sum(min(choices)[0] for choices in options.values()) > budget:
        raise ValueError(f"nothing fits into {budget} bytes")
    chosen = {name: choices.index(min(choices)) for name, choices in options.items()}
    while True:
        total = sum(options[name][place][0] for name, place in chosen.items())
        moves = []
        for layer, (name, choices) in enumerate(options.items()):
            size, loss = choices[chosen[name]]
            for place, (larger, other) in enumerate(choices):
                if larger > size and total + larger - size <= budget:
                    moves.append(((other - loss) / (larger - size), layer, place, name))
        if not moves:
            break
        *_, place, name = min(moves)
        chosen[name] = place
    return chosen
