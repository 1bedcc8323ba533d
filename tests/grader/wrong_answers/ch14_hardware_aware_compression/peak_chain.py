"""Each step reads the one before.

loses: peak_shortcuts
says: a shortcut around two layers, [(60, []), (40, [0]), (40, [1]), (60,
"""


def peak(steps, results):
    last = {}
    for place, (_, reads) in enumerate(steps):
        for source in reads:
            if source not in last:
                raise ValueError(f"{place} reads {source}")
            last[source] = place
        last[place] = place
    for place in results:
        if place not in last:
            raise ValueError(f"no step {place}")
        last[place] = len(steps)
    held, most = {}, 0
    for place, (size, _) in enumerate(steps):
        held[place] = size
        most = max(most, size + (steps[place - 1][0] if place else 0))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
