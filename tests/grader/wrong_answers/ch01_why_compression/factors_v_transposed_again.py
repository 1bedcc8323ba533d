"""`torch.linalg.svd` gives the transpose of V, which is transposed again.

loses: factors_full_rank, factors_nearest
says: is V the right way up
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight)
    return right.T[:rank], left[:, :rank] * values[:rank]
