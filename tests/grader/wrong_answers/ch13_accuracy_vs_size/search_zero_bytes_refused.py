"""A target of 0 is an error.

loses: search_ends
says: a target of 0
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    if not target:
        raise ValueError("a target of 0")
    low, high = 0.0, 1.0
    size = stored(low)
    if size <= target:
        return low, size
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
