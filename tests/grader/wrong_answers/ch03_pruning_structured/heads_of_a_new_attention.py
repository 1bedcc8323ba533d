"""A new attention, which trains, whatever the mode of the one that came in was.

loses: heads_sizes
says: a new layer is in training mode
"""

import torch
from torch import nn


def drop_heads(attention, keep):
    width = attention.head_dim
    features = torch.cat([torch.arange(width) + head * width for head in keep])
    smaller = type(attention)(attention.q.in_features, attention.heads).to(attention.q.weight.dtype)
    with torch.no_grad():
        for name in ("q", "k", "v"):
            old, layer = getattr(attention, name), getattr(smaller, name)
            layer.weight, layer.bias = nn.Parameter(old.weight[features]), nn.Parameter(old.bias[features])
            layer.out_features = len(features)
        smaller.out.weight = nn.Parameter(attention.out.weight[:, features])
        smaller.out.bias.copy_(attention.out.bias)
    smaller.out.in_features = len(features)
    smaller.heads, smaller.head_dim = len(keep), width
    return smaller
