"""The length is taken over the samples.

loses: map_value
says: one length for each sample
"""

import torch.nn.functional as F


def attention_map(features):
    return F.normalize(features.square().mean(dim=1).flatten(1), dim=0)
