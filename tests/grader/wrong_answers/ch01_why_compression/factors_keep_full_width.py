"""The small singular values are zeroed, but the factors keep their width.

loses: factors_shapes
says: (r, in) then (out, r)
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    values[rank:] = 0
    return right, left * values
