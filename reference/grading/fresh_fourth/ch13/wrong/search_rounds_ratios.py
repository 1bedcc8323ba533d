"""Rounds the ratios to six digits.

Text: "Ask for the middle of `low` and `high`."
Input: the seventh halving: 0.0078125 becomes 0.007812.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    size = stored(0.0)
    if size <= target:
        return 0.0, size
    size = stored(1.0)
    if size > target:
        raise ValueError("unreachable")
    low, high = 0.0, 1.0
    calls = 2
    while size < target - tolerance and calls < max_calls:
        middle = round((low + high) / 2, 6)
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
