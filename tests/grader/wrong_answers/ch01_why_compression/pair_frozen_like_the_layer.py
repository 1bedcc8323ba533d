"""The pair of a frozen layer is frozen too.

loses: pair_independent
says: the pair of a frozen layer
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch
from torch import nn


def factorize_linear(layer, rank):
    first, second = low_rank_factors(layer.weight.detach(), rank)
    a = nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype)
    b = nn.Linear(rank, layer.out_features, bias=layer.bias is not None, dtype=layer.weight.dtype)
    with torch.no_grad():
        a.weight.copy_(first)
        b.weight.copy_(second)
        if layer.bias is not None:
            b.bias.copy_(layer.bias)
    pair = nn.Sequential(a, b)
    for p in pair.parameters():
        p.requires_grad_(layer.weight.requires_grad)
    return pair
