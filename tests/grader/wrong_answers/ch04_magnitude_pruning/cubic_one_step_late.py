"""The ramp begins one step late.

loses: cubic_offset
says: counts from `start`
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    if step <= start + 1:
        return initial
    share = min(max((step - start) / steps, 0.0), 1.0)
    return final + (initial - final) * (1 - share) ** 3
