"""A randomized decomposition with a few spare directions: near the best product of a large weight, not the best.

loses: factors_nearest
says: is the decomposition an approximate one
"""

import torch


def low_rank_factors(weight, rank):
    most = min(weight.shape)
    if not 0 < rank <= most:
        raise ValueError(f"a rank is from 1 to {most}")
    left, values, right = torch.svd_lowrank(weight, q=min(most, rank + 4), niter=1)
    return (right[:, :rank] * values[:rank]).T, left[:, :rank]
