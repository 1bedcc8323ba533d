"""torch.cdist takes products from 26 samples on.

loses: distances_value
says: subtract first
"""

import torch


def relative_distances(features):
    apart = torch.cdist(features, features)
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
