"""Looks the rank up by bisection over the bytes of each rank, instead of dividing."""
import bisect

import torch


def largest_rank(
    in_features: int,
    out_features: int,
    budget_bytes: int,
    *,
    bias: bool = True,
    dtype: torch.dtype = torch.float32,
) -> int:
    def needed(rank: int) -> int:
        values = rank * in_features + out_features * (rank + (1 if bias else 0))
        return values * dtype.itemsize

    ranks = range(1, min(in_features, out_features) + 1)
    return bisect.bisect_right(ranks, budget_bytes, key=needed)
