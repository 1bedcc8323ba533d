"""Stops when low and high are less than 1e-6 apart: "this brings nothing any more".

Text: "It ends as soon as the bytes of `high` are at least target - tolerance ..., or when `max_calls` calls have been made."
Input: sizes in one step (1000 up to ratio 0.3, 100 beyond), target 500, tolerance 0, max_calls 40: 22 calls; promised are 40.
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
    while size < target - tolerance and calls < max_calls and high - low > 1e-6:
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
