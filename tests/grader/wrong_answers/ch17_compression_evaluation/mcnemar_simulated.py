"""Coins are thrown 10,000 times.

loses: mcnemar_value
says: all counts from 0 to the smaller one
"""

import numpy as np


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    heads = np.random.default_rng(0).binomial(n, 0.5, 10_000)
    return float((np.minimum(heads, n - heads) <= k).mean())
