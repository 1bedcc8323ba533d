"""The sparsity is rounded to whole percents.

loses: cubic_shape
says: rounded
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = 1 - min(1.0, max(0.0, (step - start) / steps))
    return round(final + (initial - final) * ahead**3, 2)
