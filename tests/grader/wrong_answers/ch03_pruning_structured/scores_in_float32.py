"""float64 weights come back as float32.

loses: scores_any_layer
says: dtype
"""

import torch


def channel_scores(weight, p):
    return torch.linalg.vector_norm(weight.float().flatten(1), ord=p, dim=1)
