"""Halves by recursion; the step is given along instead of two ends.
"""
def _halve(stored, high, size, step, target, tolerance, left):
    if left == 0 or target - size <= tolerance:
        return high, size
    ratio = high - step
    found = stored(ratio)
    if found <= target:
        return _halve(stored, ratio, found, step / 2, target, tolerance, left - 1)
    return _halve(stored, high, size, step / 2, target, tolerance, left - 1)


def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    if (size := stored(0.0)) <= target:
        return 0.0, size
    if (size := stored(1.0)) > target:
        raise ValueError(target)
    return _halve(stored, 1.0, size, 0.5, target, tolerance, max_calls - 2)
