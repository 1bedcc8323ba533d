"""Prices are compared by products of losses and bytes, which round otherwise than quotients.

loses: allocate_order
says: prices are floats, loss by bytes
"""

import functools
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
                    moves.append((other - loss, -saved, layer, place, name))
        cheapest = functools.reduce(lambda a, b: b if (b[0] * -a[1], b[1]) < (a[0] * -b[1], a[1]) else a, moves)
        *_, place, name = cheapest
        chosen[name] = place
    return chosen
