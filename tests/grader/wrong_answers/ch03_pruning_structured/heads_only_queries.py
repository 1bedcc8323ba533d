"""Only the queries lose the head.

loses: heads_sizes, heads_output
says: q, k and v lose the rows
"""

import copy

import torch
from torch import nn


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    features = torch.arange(attention.heads * attention.head_dim).reshape(attention.heads, -1)[keep].flatten()
    for layer in (smaller.q,):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller
