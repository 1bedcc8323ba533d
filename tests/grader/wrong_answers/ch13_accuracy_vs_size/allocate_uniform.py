"""The same place in all lists.

loses: allocate_greedy
says: more is taken from the robust layer
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
        for name, choices in options.items():
            chosen[name] = min(chosen[name] + 1, len(choices) - 1)
    return chosen
