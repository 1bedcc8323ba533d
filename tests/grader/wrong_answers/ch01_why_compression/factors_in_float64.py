"""Everything is computed in float64 and left there.

loses: factors_shapes
says: in the weight's dtype
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight.double(), full_matrices=False)
    return right[:rank], left[:, :rank] * values[:rank]
