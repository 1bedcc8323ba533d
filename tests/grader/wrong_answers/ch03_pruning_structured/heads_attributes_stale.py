"""in_features and out_features are those of all heads.

loses: heads_sizes
says: whoever replaces its weight
"""

import copy

import torch
from torch import nn


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    features = torch.arange(attention.heads * attention.head_dim).reshape(attention.heads, -1)[keep].flatten()
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.heads = len(keep)
    return smaller
