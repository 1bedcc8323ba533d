"""Forgets that what is left after the bias may be below zero.

With in_features=10, out_features=6, budget_bytes=0 the text promises 0; gives -24 // 64 = -1.
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
    left = budget_bytes - (out_features * dtype.itemsize if bias else 0)
    return min(left // ((in_features + out_features) * dtype.itemsize), in_features, out_features)
