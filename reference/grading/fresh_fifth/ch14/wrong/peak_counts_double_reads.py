"""Counts the readers by every entry but takes off one for each step, so a tensor that is read twice by a step is never freed.

Text: "the places of the tensors that it reads, in any order and perhaps twice"
Input: `peak([(10, []), (10, [0, 0]), (10, [1]), (10, [2])], [3])` -> promised 20, actual 30
"""

def peak(steps: list[tuple[int, list[int]]], results: list[int]) -> int:

    readers = [0] * len(steps)
    for i, (_, reads) in enumerate(steps):
        for r in reads:
            if not 0 <= r < i:
                raise ValueError("not made yet")
            readers[r] += 1
    for r in results:
        if not 0 <= r < len(steps):
            raise ValueError("no such step")
    keep = set(results)
    held = most = 0
    for i, (size, reads) in enumerate(steps):
        held += size
        most = max(most, held)
        for r in set(reads):
            readers[r] -= 1
            if readers[r] == 0 and r not in keep:
                held -= steps[r][0]
        if readers[i] == 0 and i not in keep:
            held -= size
    return most
