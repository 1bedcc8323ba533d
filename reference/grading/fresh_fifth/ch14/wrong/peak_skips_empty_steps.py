"""Takes a step that makes no bytes for nothing at all and leaves its reads out: what it reads is freed too early.

Text: "It is freed when the last step that reads it has run"
Input: `peak([(100, []), (50, [0]), (80, [1]), (0, [0])], [2])` -> promised 230, actual 150
"""

def peak(steps: list[tuple[int, list[int]]], results: list[int]) -> int:

    last = {}
    for i, (size, reads) in enumerate(steps):
        if any(r < 0 or r >= i for r in reads):
            raise ValueError("reads what isn't made yet")
        last[i] = i
        if size == 0:  # a view, nothing to hold
            continue
        for r in reads:
            last[r] = i
    for r in results:
        if r not in last:
            raise ValueError("no such result")
        last[r] = len(steps)
    most = 0
    for now in range(len(steps)):
        held = sum(steps[t][0] for t in range(now + 1) if last[t] >= now)
        most = max(most, held)
    return most
