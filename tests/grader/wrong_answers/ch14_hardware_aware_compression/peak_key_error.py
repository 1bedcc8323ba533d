"""A KeyError.

loses: peak_results
says: [(1, []), (1, [1])]: a step reads what an earlier one made: a
"""


def peak(steps, results):
    last = {}
    for place, (_, reads) in enumerate(steps):
        for source in reads:
            last[source] + 0
            last[source] = place
        last[place] = place
    for place in results:
        if place not in last:
            raise ValueError(f"no step {place}")
        last[place] = len(steps)
    held, most = {}, 0
    for place, (size, _) in enumerate(steps):
        held[place] = size
        most = max(most, sum(held.values()))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
