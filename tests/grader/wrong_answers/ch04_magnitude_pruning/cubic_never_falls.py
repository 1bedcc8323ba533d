"""The sparsity is kept above the initial one, so that a ramp can't go down.

loses: cubic_offset
says: a ramp may go down
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    s = final + (initial - final) * (1 - (step - start) / steps) ** 3
    if step >= start + steps:
        return final
    return max(initial, s)
