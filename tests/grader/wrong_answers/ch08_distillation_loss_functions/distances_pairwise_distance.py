"""F.pairwise_distance adds 1e-6 to each difference.

loses: distances_value
says: Euclidean distances
"""

import torch
import torch.nn.functional as F


def relative_distances(features):
    apart = F.pairwise_distance(features[:, None], features[None])
    apart = apart * (1 - torch.eye(len(features), dtype=features.dtype))
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
