"""The ramp ends one step early.

loses: cubic_offset
says: the step before the ramp's end
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    if step >= start + steps - 1:
        return final
    share = min(max((step - start) / steps, 0.0), 1.0)
    return final + (initial - final) * (1 - share) ** 3
