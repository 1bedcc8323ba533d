"""Asks for both ends before it looks at either.

loses: search_ends
says: the ratio 0 fits, so that nothing has to go
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    full, size = stored(low), stored(high)
    if full <= target:
        return low, full
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
