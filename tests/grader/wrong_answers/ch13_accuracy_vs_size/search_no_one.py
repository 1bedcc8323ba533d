"""Doesn't ask for the ratio 1.

loses: search_halves
says: 0, then 1, then the middle
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    size = stored(low)
    if size <= target:
        return low, size
    size = float("-inf")
    calls = 1
    while size < target - tolerance and calls < max_calls:
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
