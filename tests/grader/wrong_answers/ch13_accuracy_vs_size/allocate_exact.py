"""The best of all choices, which isn't what the greedy rule gives.

loses: allocate_greedy
says: the layer that loses less for a byte gives way
"""

import itertools
import math


def allocate(options, budget):
    for name, choices in options.items():
        if not choices or not all(math.isfinite(loss) for _, loss in choices):
            raise ValueError(f"{name}: an option at least, and finite losses")
    if sum(min(choices)[0] for choices in options.values()) > budget:
        raise ValueError(f"nothing fits into {budget} bytes")
    names = list(options)
    best = None
    for places in itertools.product(*(range(len(each)) for each in options.values())):
        picked = [options[name][place] for name, place in zip(names, places, strict=True)]
        size, loss = sum(each for each, _ in picked), sum(each for _, each in picked)
        if size <= budget and (best is None or (loss, -size) < best[0]):
            best = (loss, -size), places
    return dict(zip(names, best[1], strict=True))
