"""The last output is left out.

loses: peak_chain
says: [(5, []), (9, [0])]: a step's input and its output are there at the
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
        held[place] = size if place < len(steps) - 1 or not place else 0
        most = max(most, sum(held.values()))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
