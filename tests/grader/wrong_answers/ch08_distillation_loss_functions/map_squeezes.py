"""A batch of one loses its dimension.

loses: map_value
says: shape
"""

import torch.nn.functional as F


def attention_map(features):
    return F.normalize(features.square().mean(dim=1).flatten(1), dim=1).squeeze()
