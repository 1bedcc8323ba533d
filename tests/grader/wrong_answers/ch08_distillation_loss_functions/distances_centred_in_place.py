"""Features are centred in place.

loses: distances_value
says: in place
"""

import torch


def relative_distances(features):
    x = features
    if not x.requires_grad:
        x -= x.mean(dim=0)
    apart = torch.linalg.vector_norm(x[:, None] - x[None], dim=2)
    mean = apart.sum() / (len(x) * (len(x) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
