"""The bytes are added up by NumPy in float64: beyond 2**53 single bytes are lost.

loses: allocate_budget
says: whole bytes are added up as such
"""

import math

import numpy as np


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
    while np.array([options[name][place][0] for name, place in chosen.items()], dtype=float).sum() > budget:
        moves = []
        for layer, (name, choices) in enumerate(options.items()):
            size, loss = choices[chosen[name]]
            for place, (smaller, other) in enumerate(choices):
                saved = size - smaller
                if saved > 0:
                    moves.append(((other - loss) / saved, -saved, layer, place, name))
        *_, place, name = min(moves)
        chosen[name] = place
    return chosen
