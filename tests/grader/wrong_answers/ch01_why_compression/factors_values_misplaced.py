"""The largest singular values are multiplied onto the last columns.

loses: factors_nearest
says: the column and the row that belong to it
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    return right[-rank:], left[:, -rank:] * values[:rank]
