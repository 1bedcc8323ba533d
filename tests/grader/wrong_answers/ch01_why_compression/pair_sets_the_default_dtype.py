"""The default dtype is set to the layer's, and stays so.

loses: pair_layers
says: torch's default dtype left at torch.float32
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch
from torch import nn


def factorize_linear(layer, rank):
    torch.set_default_dtype(layer.weight.dtype)
    first, second = low_rank_factors(layer.weight.detach(), rank)
    a = nn.Linear(layer.in_features, rank, bias=False)
    b = nn.Linear(rank, layer.out_features, bias=layer.bias is not None)
    with torch.no_grad():
        a.weight.copy_(first)
        b.weight.copy_(second)
        if layer.bias is not None:
            b.bias.copy_(layer.bias)
    return nn.Sequential(a, b)
