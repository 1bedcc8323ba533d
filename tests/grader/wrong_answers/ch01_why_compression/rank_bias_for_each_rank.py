"""The bias is paid for again with each rank.

loses: rank_bias
says: once, whatever the rank is
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes
    one = (in_features + out_features + bias * out_features) * dtype.itemsize
    return max(0, min(left // one, in_features, out_features))
