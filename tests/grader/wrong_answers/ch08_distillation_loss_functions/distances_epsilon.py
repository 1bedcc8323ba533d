"""An epsilon is added to the mean.

loses: distances_value
says: Euclidean distances
"""

import torch


def relative_distances(features):
    apart = torch.linalg.vector_norm(features[:, None] - features[None], dim=2)
    return apart / (apart.sum() / (len(features) * (len(features) - 1)) + 1e-6)
