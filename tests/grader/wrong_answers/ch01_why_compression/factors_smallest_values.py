"""The smallest singular values are kept, as if they came in rising order.

loses: factors_nearest
says: keep the largest singular values
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    return right[-rank:], left[:, -rank:] * values[-rank:]
