"""Asks for 1 before 0.

loses: search_halves
says: unreachable
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    size = stored(high)
    if size > target:
        raise ValueError("unreachable")
    full = stored(low)
    if full <= target:
        return low, full
    calls = 2
    while size < target - tolerance and calls < max_calls:
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
