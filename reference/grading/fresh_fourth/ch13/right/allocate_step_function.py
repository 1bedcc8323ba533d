"""One move per call of a generator; min with a key.
"""
import math


def _step(options, places):
    def rank(move):
        name, place = move
        (size, loss), (smaller, other) = options[name][places[name]], options[name][place]
        return (other - loss) / (size - smaller), -(size - smaller)

    every = ((n, p) for n in options for p, (s, _) in enumerate(options[n]) if s < options[n][places[n]][0])
    name, place = min(every, key=rank)
    return {**places, name: place}


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    if any(len(o) == 0 for o in options.values()):
        raise ValueError("a layer without options")
    if any(not math.isfinite(loss) for o in options.values() for _, loss in o):
        raise ValueError("a loss")
    if options and sum(min(o)[0] for o in options.values()) > budget:
        raise ValueError("the budget")
    first = {n: o.index(min(o, key=lambda pair: (-pair[0], pair[1]))) for n, o in options.items()}
    places = first
    while sum(options[n][p][0] for n, p in places.items()) > budget:
        places = _step(options, places)
    return places
