"""Each row of the image has its length, and the image its shape.

loses: map_value
says: shape
"""

import torch.nn.functional as F


def attention_map(features):
    return F.normalize(features.square().mean(dim=1), dim=2)
