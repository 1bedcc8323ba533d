"""Goes on outside of the ramp.

loses: cubic_ends
says: before the ramp
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = 1 - (step - start) / steps
    return final + (initial - final) * ahead**3
