"""The diagonal is taken care of, and twins aren't.

loses: distances_ties
says: where all are equal the mean is
"""

import torch


def relative_distances(features):
    off = torch.eye(len(features), dtype=features.dtype)
    apart = ((features[:, None] - features[None]).square().sum(dim=2) + off).sqrt() - off
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
