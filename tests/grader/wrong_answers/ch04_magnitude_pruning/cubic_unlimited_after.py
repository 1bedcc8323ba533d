"""After the ramp the sparsity rises further.

loses: cubic_ends
says: after the ramp
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = min(1.0, 1 - (step - start) / steps)
    return final + (initial - final) * ahead**3
