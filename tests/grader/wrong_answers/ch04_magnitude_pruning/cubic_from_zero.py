"""The ramp begins at a sparsity of 0.

loses: cubic_offset, cubic_ends
says: begins at `initial`
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = min(1.0, max(0.0, 1 - (step - start) / steps))
    return final - final * ahead**3
