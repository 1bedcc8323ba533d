"""A bias is paid for where the layer has none.

loses: rank_both_factors
says: this layer has no bias
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return max(0, min(left // one, in_features, out_features))
