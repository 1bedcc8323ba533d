"""Numbers without a graph.

loses: distances_ties
says: gradient
"""

import torch


def relative_distances(features):
    x = features.detach()
    apart = torch.linalg.vector_norm(x[:, None] - x[None], dim=2)
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
