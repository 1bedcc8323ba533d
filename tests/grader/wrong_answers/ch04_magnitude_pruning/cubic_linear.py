"""A straight line.

loses: cubic_shape
says: this is a straight line
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    done = min(1.0, max(0.0, (step - start) / steps))
    return initial + (final - initial) * done
