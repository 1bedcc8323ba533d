"""In units of the root mean square: the norm over features is a mean, and the unit too.

loses: distances_value
says: divided by their mean
"""

import torch


def relative_distances(features):
    apart = torch.linalg.vector_norm(features[:, None] - features[None], dim=2)
    mean = (apart.square().sum() / (len(features) * (len(features) - 1))).clamp_min(0) ** 0.5
    return apart / torch.where(mean > 0, mean, 1.0)
