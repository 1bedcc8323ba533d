"""`view` on what isn't contiguous.

loses: map_value
says: view
"""

import torch.nn.functional as F


def attention_map(features):
    n, c, h, w = features.shape
    return F.normalize(features.view(n, c, h * w).square().mean(dim=1), dim=1)
