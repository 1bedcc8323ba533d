"""At the ratio 0, the bytes of the ratio 1.

loses: search_ends
says: the ratio 0 fits, so that nothing has to go
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    size = stored(low)
    if size <= target:
        return low, stored(high)
    size = stored(high)
    if size > target:
        raise ValueError(f"{size} bytes at the ratio 1, and {target} may be stored")
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
