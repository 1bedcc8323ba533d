"""The features of a head are the network's width by the heads, which holds until a head was lost.

loses: heads_sizes
says: a head still has 4 features
"""

import copy

from torch import nn


def drop_heads(attention, keep):
    smaller = copy.deepcopy(attention)
    width = attention.q.in_features // attention.heads
    features = [row for row in range(attention.q.out_features) if row // width in keep]
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight, layer.bias = nn.Parameter(layer.weight[features]), nn.Parameter(layer.bias[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight[:, features])
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller
