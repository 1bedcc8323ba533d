"""A large budget gives a rank that no matrix of this shape can have.

loses: rank_limits
says: at most the smaller of its sizes
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return max(0, left // one)
