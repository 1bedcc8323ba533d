"""`torch.svd` gives V, not its transpose.

loses: factors_full_rank
says: is V the right way up
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank is out of its range")
    left, values, v = torch.svd(weight, some=False)
    return v[:rank], left[:, :rank] * values[:rank]
