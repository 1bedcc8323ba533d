"""The singular values are multiplied into both factors, so they come out squared.

loses: factors_full_rank
says: a singular value is in there twice
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    return values[:rank, None] * right[:rank], left[:, :rank] * values[:rank]
