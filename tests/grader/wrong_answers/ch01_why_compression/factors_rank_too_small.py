"""Only a rank that is too large is refused.

loses: factors_rank_range
says: rank 0 is none
"""

import torch


def low_rank_factors(weight, rank):
    if rank > min(weight.shape):
        raise ValueError("rank is too large")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    return right[:rank], left[:, :rank] * values[:rank]
