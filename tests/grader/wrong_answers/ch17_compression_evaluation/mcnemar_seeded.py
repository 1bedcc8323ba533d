"""Seeds the global generator and leaves it so.

loses: mcnemar_value
says: torch's global random generator
"""

import math

import torch


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    torch.manual_seed(0)
    return min(1.0, 2 * tail / 2**n)
