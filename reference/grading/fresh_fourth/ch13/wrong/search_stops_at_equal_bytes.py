"""Ends when two sizes in a row are the same.

Text: "It ends as soon as the bytes of `high` are at least target - tolerance, or when `max_calls` calls have been made."
Input: sizes 400, 400 in steps.
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
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found == size:
            return middle, found
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
