"""x + x holds x twice.

loses: peak_shortcuts
says: x + x reads x twice, and x is held once, [(10, []), (10, [0, 0]), (1,
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
    for place, (size, _reads) in enumerate(steps):
        held[place] = size
        most = max(most, sum(held.values()) + sum(steps[e][0] for i, e in enumerate(_reads) if e in _reads[:i]))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
