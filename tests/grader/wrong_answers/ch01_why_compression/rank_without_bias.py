"""The bias is forgotten.

loses: rank_bias
says: the bias has to fit in too
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes
    one = (in_features + out_features) * dtype.itemsize
    return max(0, min(left // one, in_features, out_features))
