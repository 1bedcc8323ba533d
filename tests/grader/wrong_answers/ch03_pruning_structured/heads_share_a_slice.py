"""Heads that stand together are taken as a slice, which shares its memory.

loses: heads_sizes
says: do they share its memory
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
    if keep == list(range(keep[0], keep[-1] + 1)):
        rows = slice(keep[0] * attention.head_dim, (keep[-1] + 1) * attention.head_dim)
        smaller.v.weight = nn.Parameter(attention.v.weight.detach()[rows])
    smaller.heads = len(keep)
    return smaller
