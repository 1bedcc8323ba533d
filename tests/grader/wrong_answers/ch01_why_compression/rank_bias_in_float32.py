"""The bias is taken to stay in float32.

loses: rank_dtype
says: and in the bias
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * 4
    one = (in_features + out_features) * dtype.itemsize
    return max(0, min(left // one, in_features, out_features))
