"""The map is cut off from the graph.

loses: map_value
says: autograd
"""

import torch.nn.functional as F


def attention_map(features):
    return F.normalize(features.detach().square().mean(dim=1).flatten(1), dim=1)
