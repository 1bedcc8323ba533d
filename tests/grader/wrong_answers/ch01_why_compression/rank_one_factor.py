"""Only the first factor is counted.

loses: rank_both_factors
says: are both paid for
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = in_features * dtype.itemsize
    return max(0, min(left // one, in_features, out_features))
