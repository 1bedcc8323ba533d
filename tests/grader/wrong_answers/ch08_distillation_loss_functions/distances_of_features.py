"""Features are compared, not samples.

loses: distances_value
says: the distances
"""

import torch


def relative_distances(features):
    x = features.T
    apart = torch.linalg.vector_norm(x[:, None] - x[None], dim=2)
    mean = apart.sum() / max(len(x) * (len(x) - 1), 1)
    return apart / torch.where(mean > 0, mean, 1.0)
