"""A budget that doesn't even hold the bias gives a negative rank.

loses: rank_limits
says: never less
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return min(left // one, in_features, out_features)
