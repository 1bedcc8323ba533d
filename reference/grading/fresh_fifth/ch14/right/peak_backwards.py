"""Goes through the steps from the last one back, with the set of tensors that are still needed afterwards."""


def peak(steps: list[tuple[int, list[int]]], results: list[int]) -> int:
    places = range(len(steps))
    for now, (_, reads) in enumerate(steps):
        if not set(reads) <= set(places[:now]):
            raise ValueError("read before it is made")
    if not set(results) <= set(places):
        raise ValueError("a result that nobody makes")
    needed, most = set(results), 0
    total = sum(steps[place][0] for place in needed)
    for now in reversed(places):
        for place in {now, *steps[now][1]} - needed:
            needed.add(place)
            total += steps[place][0]
        most = max(most, total)
        needed.remove(now)
        total -= steps[now][0]
    return most
