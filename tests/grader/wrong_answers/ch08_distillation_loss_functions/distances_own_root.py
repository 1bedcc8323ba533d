"""A square root of one's own.

loses: distances_ties
says: where all are equal the mean is
"""

import torch


def relative_distances(features):
    apart = (features[:, None] - features[None]).square().sum(dim=2).sqrt()
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
