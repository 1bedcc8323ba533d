"""`steps` is taken for the step at which the ramp ends.

loses: cubic_offset
says: `steps` is a length
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    ahead = min(1.0, max(0.0, 1 - (step - start) / max(1, steps - start)))
    return final + (initial - final) * ahead**3
