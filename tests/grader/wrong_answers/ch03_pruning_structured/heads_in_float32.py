"""A float64 attention comes back in float32.

loses: heads_output
says: the attention's dtype
"""

import copy

import torch
from torch import nn


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    features = torch.arange(attention.heads * attention.head_dim).reshape(attention.heads, -1)[keep].flatten()
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller.float()
