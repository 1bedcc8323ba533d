"""Asks for the middle first, and for the ends if need be.

loses: search_halves
says: 0, then 1, then the middle of the largest ratio
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    found = stored(0.5)
    size = stored(low)
    if size <= target:
        return low, size
    size = stored(high)
    if size > target:
        raise ValueError("unreachable")
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
