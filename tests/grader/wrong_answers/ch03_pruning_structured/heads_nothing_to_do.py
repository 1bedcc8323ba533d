"""Where no head goes, the attention itself comes back.

loses: heads_sizes
says: all heads stay, and still it is a copy
"""

import copy

import torch
from torch import nn


def drop_heads(attention, keep):
    if len(keep) == attention.heads:
        return attention
    smaller = copy.deepcopy(attention)
    features = torch.cat([torch.arange(attention.head_dim) + head * attention.head_dim for head in keep])
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller
