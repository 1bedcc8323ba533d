"""Keeps the total along, and compares moves by hand, without tuples.
"""
from math import inf, isnan


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    now, total, least = {}, 0, 0
    for name, each in options.items():
        if len(each) == 0:
            raise ValueError(f"{name}: no options")
        for _, loss in each:
            if isnan(loss) or loss in (inf, -inf):
                raise ValueError(f"{name}: {loss}")
        largest = max(size for size, _ in each)
        best = min(loss for size, loss in each if size == largest)
        now[name] = next(i for i, (size, loss) in enumerate(each) if size == largest and loss == best)
        total += largest
        least += min(size for size, _ in each)
    if least > budget:
        raise ValueError(f"{least} bytes at least")
    while total > budget:
        cheapest, saves, who, where = inf, -1, None, None
        for name, each in options.items():
            size, loss = each[now[name]]
            for i, (s, l) in enumerate(each):
                if s >= size:
                    continue
                price, saved = (l - loss) / (size - s), size - s
                if who is None or price < cheapest or (price == cheapest and saved > saves):
                    cheapest, saves, who, where = price, saved, name, i
        now[who] = where
        total -= saves
    return now
