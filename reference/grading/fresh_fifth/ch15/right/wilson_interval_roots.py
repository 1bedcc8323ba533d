"""The ends as the two roots x of (n + z^2) x^2 - (2 r + z^2) x + r^2 / n = 0, whose larger one has no cancellation;
the smaller comes from their product."""

from math import sqrt


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n < 1 or right not in range(n + 1):
        raise ValueError(f"{right} of {n}")
    square = z * z
    wrong = n - right
    root = z * sqrt(square + 4 * right * wrong / n)
    upper = (2 * right + square + root) / (2 * (n + square))
    lower = right / n * right / ((n + square) * upper) if right else 0.0
    return min(lower, 1.0), min(upper, 1.0)
