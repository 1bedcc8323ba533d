"""U S comes before V, as it is written: but an input meets V first.

loses: factors_shapes
says: the order in which an input meets them
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    return left[:, :rank] * values[:rank], right[:rank]
