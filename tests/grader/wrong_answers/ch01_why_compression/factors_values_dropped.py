"""The singular values are left out of both factors.

loses: factors_full_rank
says: 1: never
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, _, right = torch.linalg.svd(weight, full_matrices=False)
    return right[:rank], left[:, :rank]
