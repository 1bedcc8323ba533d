"""The features are squared in place.

loses: map_value
says: does the function work in place
"""

import torch.nn.functional as F


def attention_map(features):
    squares = features.mul_(features) if not features.requires_grad else features.square()
    return F.normalize(squares.mean(dim=1).flatten(1), dim=1)
