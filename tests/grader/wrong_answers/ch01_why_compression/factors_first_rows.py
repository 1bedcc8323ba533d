"""Rows of the weight instead of singular vectors: a product of the right rank, but not the nearest.

loses: factors_nearest
says: is no singular vector
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    exact = weight.double()
    first = exact[torch.argsort(exact.norm(dim=1), descending=True)[:rank]]
    return first.to(weight.dtype), (exact @ torch.linalg.pinv(first)).to(weight.dtype)
