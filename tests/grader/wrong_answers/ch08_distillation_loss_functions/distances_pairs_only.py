"""A list of the pairs in place of a table.

loses: distances_value
says: shape
"""

import torch


def relative_distances(features):
    apart = torch.pdist(features)
    return apart / torch.where(apart.mean() > 0, apart.mean(), 1.0)
