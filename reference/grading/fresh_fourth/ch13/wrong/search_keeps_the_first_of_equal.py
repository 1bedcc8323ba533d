"""Takes a new answer only if it has more bytes than the one before.

Text: "the smallest ratio asked for that fits, and its bytes".
Input: sizes 400 at 0.5 and 400 at 0.375, target 600: ratio 0.5.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    size = stored(0.0)
    if size <= target:
        return 0.0, size
    size = stored(1.0)
    if size > target:
        raise ValueError("unreachable")
    low, high = 0.0, 1.0
    calls, answer = 2, 1.0
    while size < target - tolerance and calls < max_calls:
        middle = (low + high) / 2
        found = stored(middle)
        calls += 1
        if found <= target:
            high = middle
            if found > size:
                answer, size = middle, found
        else:
            low = middle
    return answer, size
