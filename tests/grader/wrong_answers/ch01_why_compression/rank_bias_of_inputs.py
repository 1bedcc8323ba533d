"""The bias is taken to have a value for each input.

loses: rank_bias
says: one value for each output
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * in_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    return max(0, min(left // one, in_features, out_features))
