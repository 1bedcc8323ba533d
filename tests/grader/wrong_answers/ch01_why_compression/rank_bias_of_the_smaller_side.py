"""The bias is paid with as many values as the smaller side has.

loses: rank_bias
says: 10 biases
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    smaller = min(in_features, out_features)
    values = budget_bytes // dtype.itemsize - smaller * bias
    return min(smaller, max(0, values // (in_features + out_features)))
