"""A for loop over the calls that are left, with the middle counted in whole steps of 2**-k.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    dense = stored(0)
    if not dense > target:
        return 0, dense
    best = (1.0, stored(1))
    if best[1] > target:
        raise ValueError("not even the ratio 1 fits")
    low = 0.0
    for _ in range(max_calls - 2):
        if best[1] >= target - tolerance:
            break
        ratio = low + (best[0] - low) * 0.5
        size = stored(ratio)
        if size > target:
            low = ratio
        else:
            best = (ratio, size)
    return best
