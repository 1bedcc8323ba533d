"""Comes back in floating point.

loses: requantize_rounds
says: uint8
"""


def requantize(sums, m, n, zero_point):
    steps = (sums.long() * m + (1 << (n - 1))) >> n
    return (steps + zero_point).clamp(0, 255).float()
