"""No pruning before the ramp, whatever was pruned initially.

loses: cubic_ends
says: the sparsity is the initial one
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    if step < start:
        return 0.0
    ahead = max(0.0, 1 - (step - start) / steps)
    return final + (initial - final) * ahead**3
