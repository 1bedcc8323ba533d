"""The ramp begins at step 0.

loses: cubic_offset
says: counts from `start`
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = min(1.0, max(0.0, 1 - step / steps))
    return final + (initial - final) * ahead**3
