"""F.normalize with an epsilon of 1e-6, which is larger than a weak map.

loses: map_value
says: something added
"""

import torch.nn.functional as F


def attention_map(features):
    return F.normalize(features.square().mean(dim=1).flatten(1), dim=1, eps=1e-6)
