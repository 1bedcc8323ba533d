"""A batch of equal samples gives ones.

loses: distances_ties
says: all distances are 0
"""

import torch


def relative_distances(features):
    apart = torch.linalg.vector_norm(features[:, None] - features[None], dim=2)
    mean = apart.sum() / (len(features) * (len(features) - 1))
    return apart / mean if mean > 0 else apart + 1 - torch.eye(len(features), dtype=features.dtype)
