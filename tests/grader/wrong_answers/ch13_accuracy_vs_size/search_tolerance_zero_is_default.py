"""A tolerance of 0 is taken for none given.

loses: search_halves
says: at most the target, and at least the target
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    tolerance = tolerance or 10
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
