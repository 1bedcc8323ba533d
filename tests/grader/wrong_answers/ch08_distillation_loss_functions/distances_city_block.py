"""City-block distances.

loses: distances_value
says: Euclidean distances
"""

import torch


def relative_distances(features):
    apart = torch.cdist(features, features, p=1)
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
