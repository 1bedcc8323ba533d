"""The sparsity rises at every fifth step alone, as where pruning is done now and then.

loses: cubic_shape
says: in stairs
"""


def cubic_sparsity(step, *, start, steps, initial, final):
    done = min(max(step - start, 0), steps)
    done -= done % 5 if done < steps else 0
    return final + (initial - final) * (1 - done / steps) ** 3
