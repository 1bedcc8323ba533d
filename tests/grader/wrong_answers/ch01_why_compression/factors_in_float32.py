"""A float64 weight is factorized in float32.

loses: factors_full_rank
says: is it computed in float32 on the way
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank")
    u, s, v = torch.linalg.svd(weight.float(), full_matrices=False)
    return (s[:rank, None] * v[:rank]).to(weight.dtype), u[:, :rank].to(weight.dtype)
