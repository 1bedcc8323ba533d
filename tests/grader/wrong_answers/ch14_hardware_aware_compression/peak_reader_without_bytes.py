"""A step that makes no bytes reads nothing.

loses: peak_shortcuts
says: a reader without bytes
"""


def peak(steps: list[tuple[int, list[int]]], results: list[int]) -> int:
    last = list(range(len(steps)))
    for place, (size, reads) in enumerate(steps):
        for source in reads:
            if not 0 <= source < place:
                raise ValueError(f"step {place} reads {source}")
            if size:
                last[source] = place
    for place in results:
        if not 0 <= place < len(steps):
            raise ValueError(f"there is no step {place}")
        last[place] = len(steps)
    held = [sum(steps[made][0] for made in range(now + 1) if last[made] >= now) for now in range(len(steps))]
    return max(held, default=0)
