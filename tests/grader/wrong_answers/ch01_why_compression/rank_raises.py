"""A budget that is too small raises, where 0 was agreed on.

loses: rank_limits
says: came: ValueError
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * dtype.itemsize
    one = (in_features + out_features) * dtype.itemsize
    if left < one:
        raise ValueError("the budget is too small")
    return min(left // one, in_features, out_features)
