"""The largest coordinate's distance.

loses: distances_value
says: Euclidean distances
"""

import torch


def relative_distances(features):
    apart = (features[:, None] - features[None]).abs().amax(dim=2)
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
