"""Leaves out the network's input, as another convention does: the caller holds it anyway.

Text: "Step i makes tensor i. It takes its memory when the step begins ... The network's input is a step that reads nothing."
Input: `peak([(100, []), (20, [0]), (5, [1])], [2])` -> promised 120, actual 25
"""

def peak(steps: list[tuple[int, list[int]]], results: list[int]) -> int:

    n = len(steps)
    last = list(range(n))
    for i, (_, reads) in enumerate(steps):
        for r in reads:
            if r < 0 or r >= i:
                raise ValueError("reads a tensor that isn't there")
            last[r] = i
    for r in results:
        if r < 0 or r >= n:
            raise ValueError("a result of no step")
        last[r] = n
    sizes = [size if reads else 0 for size, reads in steps]
    most = 0
    for now in range(n):
        most = max(most, sum(sizes[t] for t in range(now + 1) if last[t] >= now))
    return most
