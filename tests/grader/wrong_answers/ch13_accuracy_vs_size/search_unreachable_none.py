"""None where nothing fits.

loses: search_ends
says: not even the ratio 1 fits: an error
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    size = stored(low)
    if size <= target:
        return low, size
    size = stored(high)
    if size > target:
        return None
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
