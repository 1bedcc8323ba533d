"""The left factor is found by dividing by the singular values, of which some are 0.

loses: factors_full_rank
says: also where singular values are 0
"""

import torch


def low_rank_factors(weight, rank):
    if rank < 1 or rank > min(weight.shape):
        raise ValueError("rank")
    _, values, right = torch.linalg.svd(weight, full_matrices=False)
    first = right[:rank]
    return values[:rank, None] * first, weight @ first.T / values[:rank]
