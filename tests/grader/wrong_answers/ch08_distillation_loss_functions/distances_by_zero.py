"""No care for a batch of equal samples.

loses: distances_ties
says: 0 / 0
"""

import torch


def relative_distances(features):
    apart = torch.linalg.vector_norm(features[:, None] - features[None], dim=2)
    return apart / (apart.sum() / (len(features) * (len(features) - 1)))
