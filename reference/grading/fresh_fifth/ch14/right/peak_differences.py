"""Memory as events: + when a tensor is born, - when it goes; the largest running sum is the peak."""

from itertools import accumulate


def peak(steps: list[tuple[int, list[int]]], results: list[int]) -> int:
    count = len(steps)
    end = {}
    for now, (_, reads) in enumerate(steps):
        for place in reads:
            if place not in end:
                raise ValueError(f"step {now} reads {place}")
            end[place] = now
        end[now] = now
    for place in results:
        if place not in end:
            raise ValueError(f"result {place}")
        end[place] = count - 1
    change = [0] * (count + 1)
    for place, (size, _) in enumerate(steps):
        change[place] += size
        change[end[place] + 1] -= size
    return max(accumulate(change))
