"""By products, which lose their digits far from the origin.

loses: distances_value
says: subtract first
"""

import torch


def relative_distances(features):
    squares = features.square().sum(dim=1)
    apart = squares[:, None] + squares[None] - 2 * features @ features.T
    apart = torch.where(apart > 0, apart.clamp_min(1e-30), 0.0)
    apart = torch.where(apart > 0, torch.where(apart > 0, apart, 1.0).sqrt(), 0.0)
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)
