"""A little noise keeps the root away from 0.

loses: distances_ties
says: equal features are still two samples
"""

import torch


def relative_distances(features):
    x = features + 1e-4 * torch.randn_like(features)
    apart = torch.linalg.vector_norm(x[:, None] - x[None], dim=2)
    return apart / (apart.sum() / (len(x) * (len(x) - 1)))
