"""The layer that came in is frozen, so that its values can be copied.

loses: pair_layers, pair_output
says: left with requires_grad=True
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch
from torch import nn


def factorize_linear(layer, rank):
    layer.requires_grad_(False)
    first, second = low_rank_factors(layer.weight, rank)
    a = nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype)
    b = nn.Linear(rank, layer.out_features, bias=layer.bias is not None, dtype=layer.weight.dtype)
    with torch.no_grad():
        a.weight.copy_(first)
        b.weight.copy_(second)
        if layer.bias is not None:
            b.bias.copy_(layer.bias)
    return nn.Sequential(a, b)
