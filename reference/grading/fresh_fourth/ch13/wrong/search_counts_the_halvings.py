"""Counts the calls in the halving only.

Text: "max_calls: of `stored`, 2 or more, all calls counted."
Input: max_calls 3: five calls.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    size = stored(0.0)
    if size <= target:
        return 0.0, size
    size = stored(1.0)
    if size > target:
        raise ValueError("unreachable")
    low, high = 0.0, 1.0
    calls = 0
    while size < target - tolerance and calls < max_calls:
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
