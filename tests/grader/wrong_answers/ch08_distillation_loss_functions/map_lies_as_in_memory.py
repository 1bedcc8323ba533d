"""A tensor is read as it lies in memory.

loses: map_value
says: however the tensor lies
"""

import torch.nn.functional as F


def attention_map(features):
    n, c, h, w = features.shape
    if not features.is_contiguous():
        features = features.permute(2, 3, 0, 1).reshape(n, c, h, w)
    return F.normalize(features.square().mean(dim=1).flatten(1), dim=1)
