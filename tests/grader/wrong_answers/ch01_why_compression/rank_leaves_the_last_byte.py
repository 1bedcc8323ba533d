"""A budget may not be used up to the last byte.

loses: rank_both_factors
says: up to the last byte
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return max(0, min((left - 1) // one, in_features, out_features))
