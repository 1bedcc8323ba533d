"""As many heads as asked for, but always the first ones.

loses: heads_output, heads_biases
says: belongs to head 1
"""

import copy

import torch
from torch import nn


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    features = torch.arange(len(keep) * attention.head_dim)
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller
