"""The gap falls by the square.

loses: cubic_shape
says: by the square
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = min(1.0, max(0.0, 1 - (step - start) / steps))
    return final + (initial - final) * ahead**2
