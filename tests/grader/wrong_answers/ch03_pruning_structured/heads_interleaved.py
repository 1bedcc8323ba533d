"""Every third row is taken for a head, in place of rows that stand together.

loses: heads_output, heads_biases
says: stand together
"""

import copy

import torch
from torch import nn


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    features = torch.arange(attention.heads * attention.head_dim).reshape(-1, attention.heads)[:, keep].flatten()
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller
