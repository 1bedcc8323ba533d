"""Goes on until the ratio is known to a thousandth.

loses: search_halves
says: ends as soon as a ratio fits and is near enough
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    size = stored(low)
    if size <= target:
        return low, size
    size = stored(high)
    if size > target:
        raise ValueError(f"{size} bytes at the ratio 1, and {target} may be stored")
    calls = 2
    while high - low > 1e-3 and calls < max_calls:
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
