"""The rank is compared with the number of outputs alone.

loses: factors_rank_range
says: slicing beyond the end
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= weight.shape[0]:
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    return right[:rank], left[:, :rank] * values[:rank]
