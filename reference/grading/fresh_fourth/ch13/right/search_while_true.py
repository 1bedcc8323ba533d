"""An endless loop with two exits; ratios as fractions of a power of 2.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    calls = 0

    def size_at(ratio: float) -> int:
        nonlocal calls
        calls += 1
        return stored(ratio)

    everything = size_at(0.0)
    if everything <= target:
        return 0.0, everything
    nothing = size_at(1.0)
    if nothing > target:
        raise ValueError("unreachable")
    numerator, denominator, best = 1, 1, nothing
    while True:
        if best + tolerance >= target or calls >= max_calls:
            return numerator / denominator, best
        numerator, denominator = 2 * numerator, 2 * denominator
        found = size_at((numerator - 1) / denominator)
        if found <= target:
            numerator, best = numerator - 1, found
