"""Regula falsi in place of halving.

loses: search_halves
says: 0, then 1, then the middle
"""


def search_ratio(stored, target, *, tolerance, max_calls):
    low, high = 0.0, 1.0
    size = stored(low)
    if size <= target:
        return low, size
    at_low = size
    size = stored(high)
    if size > target:
        raise ValueError(f"{size} bytes at the ratio 1, and {target} may be stored")
    calls = 2
    while size < target - tolerance and calls < max_calls:
        middle = low + (high - low) * (at_low - target) / (at_low - size)
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low, at_low = middle, found
    return high, size
