"""The mean is taken for a constant.

loses: distances_ties
says: passes through it, too
"""

import torch


def relative_distances(features):
    apart = torch.linalg.vector_norm(features[:, None] - features[None], dim=2)
    mean = (apart.sum() / (len(features) * (len(features) - 1))).detach()
    return apart / torch.where(mean > 0, mean, 1.0)
