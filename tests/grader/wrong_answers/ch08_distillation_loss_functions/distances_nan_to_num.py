"""NaN becomes 0 in the table, and stays in the gradient.

loses: distances_ties
says: 0 / 0
"""

import torch


def relative_distances(features):
    apart = torch.linalg.vector_norm(features[:, None] - features[None], dim=2)
    return (apart / (apart.sum() / (len(features) * (len(features) - 1)))).nan_to_num(0.0)
