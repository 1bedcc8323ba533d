"""Stops at the rank at which two factors are as large as the layer, though the budget allows more.

loses: rank_limits
says: this budget has room for it
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return max(0, min(left // one, in_features * out_features // (in_features + out_features)))
