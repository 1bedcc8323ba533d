"""Four bytes a value, whatever the dtype.

loses: rank_dtype
says: how many bytes does one value of this dtype take
"""

import torch


def largest_rank(in_features, out_features, budget_bytes, *, bias=True, dtype=torch.float32):
    left = budget_bytes - bias * out_features * 4
    one = (in_features + out_features) * 4
    return max(0, min(left // one, in_features, out_features))
