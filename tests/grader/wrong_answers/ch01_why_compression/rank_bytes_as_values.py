"""The budget's bytes are taken for values.

loses: rank_both_factors
says: 200 bytes are 50 values
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features
    one = in_features + out_features
    return max(0, min(left // one, in_features, out_features))
