"""Asks for the ratio 1 first: if that doesn't fit, nothing does.

Text: "in the order of the three steps above": "Ask for the ratio 0."
Input: any; the first call is with 1.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    size = stored(1.0)
    if size > target:
        raise ValueError("unreachable")
    full = stored(0.0)
    if full <= target:
        return 0.0, full
    low, high = 0.0, 1.0
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
