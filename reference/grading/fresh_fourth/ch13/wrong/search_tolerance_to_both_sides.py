"""Near enough is what lies within the tolerance, above the target too.

Text: "they are never more than the target: a file that is one byte too large doesn't fit".
Input: target 510, tolerance 20, a middle of 515 bytes.
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
        if abs(found - target) <= tolerance:
            return middle, found
        if found <= target:
            high, size = middle, found
        else:
            low = middle
    return high, size
