"""A silent sample's length is a root of 0, whose slope is infinite.

loses: map_value
says: gradient
"""

import torch


def attention_map(features):
    energy = features.square().mean(dim=1).flatten(1)
    length = energy.square().sum(dim=1, keepdim=True).sqrt()
    return energy / torch.where(length > 0, length, 1.0)
