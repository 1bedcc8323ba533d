"""A negative place counts from the end.

loses: peak_results
says: [(1, []), (1, [0]), (1, [-2])]: a step reads what an earlier one
"""


def peak(steps, results):
    last = {}
    for place, (_, reads) in enumerate(steps):
        for source in [each % len(steps) if each < 0 and place else each for each in reads]:
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
        most = max(most, sum(held.values()))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
