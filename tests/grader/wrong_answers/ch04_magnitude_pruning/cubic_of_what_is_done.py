"""What has been done is cubed: slow at first, fast in the end.

loses: cubic_shape
says: begins slowly
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    done = min(1.0, max(0.0, (step - start) / steps))
    return initial + (final - initial) * done**3
