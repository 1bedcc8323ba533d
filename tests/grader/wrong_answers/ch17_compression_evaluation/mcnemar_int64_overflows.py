"""The sum in int64.

loses: mcnemar_large
says: likely cause
"""

import torch


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    wide = torch.tensor(1, dtype=torch.int64)
    total = wide * 0
    for i in range(k + 1):
        total += wide
        wide = wide * (n - i) // (i + 1)
    return min(1.0, 2 * float(total) / 2.0 ** min(n, 1000))
