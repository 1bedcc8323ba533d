"""Rank 1 is given even where it doesn't fit.

loses: rank_limits
says: where not even rank 1 fits, the answer is 0
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return max(1, min(left // one, in_features, out_features))
