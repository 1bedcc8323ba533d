"""Heads are cut through views of their weights."""

import copy

from torch import nn


def drop_heads(attention, keep):
    new = copy.deepcopy(attention)
    h, d = attention.heads, attention.head_dim
    for layer in (new.q, new.k, new.v):
        layer.weight = nn.Parameter(layer.weight.detach().view(h, d, -1)[keep].flatten(0, 1))
        if layer.bias is not None:
            layer.bias = nn.Parameter(layer.bias.detach().view(h, d)[keep].flatten())
        layer.out_features = len(keep) * d
    new.out.weight = nn.Parameter(new.out.weight.detach().unflatten(1, (h, d))[:, keep].flatten(1))
    new.out.in_features = len(keep) * d
    new.heads = len(keep)
    return new
