"""A small number is added to the singular values before their root.

loses: factors_full_rank
says: computed in float32 on the way
"""

import torch


def low_rank_factors(weight, rank):
    if not 1 <= rank <= min(weight.shape):
        raise ValueError("rank")
    u, s, v = torch.linalg.svd(weight, full_matrices=False)
    root = (s[:rank] + 1e-6).sqrt()
    return root[:, None] * v[:rank], u[:, :rank] * root
