"""The absolute values of each kernel are summed, and the norm taken of these sums.

loses: scores_norm
says: not a norm of the norms of its kernels
"""

import torch


def channel_scores(weight, p):
    kernels = weight.abs() if weight.ndim == 2 else weight.abs().flatten(2).sum(2)
    return torch.linalg.vector_norm(kernels, ord=p, dim=1)
