"""Logarithms in float32.

loses: mcnemar_value
says: all counts from 0 to the smaller one
"""

import math

import torch


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    i = torch.arange(k + 1.0)
    logs = torch.lgamma(torch.tensor(n + 1.0)) - torch.lgamma(i + 1) - torch.lgamma(n - i + 1) - n * math.log(2)
    return min(1.0, 2 * float(logs.exp().sum()))
