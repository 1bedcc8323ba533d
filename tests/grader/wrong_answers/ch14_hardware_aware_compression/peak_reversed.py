"""The steps run backwards.

loses: peak_chain
says: that is all of them: what nobody reads any more is freed
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
    for place, (size, _) in reversed(list(enumerate(steps))):
        held[place] = size
        most = max(most, sum(held.values()))
        held = {each: size for each, size in held.items() if last[each] > place}
    return most
