"""Right: bisection over all ranks with the bytes of the pair as the key; no division."""
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
    def cost(rank):
        return dtype.itemsize * (rank * in_features + out_features * rank + out_features * bool(bias))

    ranks = range(1, min(in_features, out_features) + 1)
    return bisect.bisect_right(ranks, budget_bytes, key=cost)
