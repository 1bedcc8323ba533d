"""A result that is read goes with its reader.

loses: peak_results
says: [(10, []), (50, [0]), (10, [1]), (30, [2]), (20, [3])], results [1,
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
        last[place] = len(steps) if last[place] == place else last[place]
    held, most = {}, 0
    for place, (size, _) in enumerate(steps):
        held[place] = size
        most = max(most, sum(held.values()))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
