"""Layers of the right shape, whose weights are never filled.

loses: pair_output
says: filled with the factors
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype),
        nn.Linear(rank, layer.out_features, bias=layer.bias is not None, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        if layer.bias is not None:
            pair[1].bias.copy_(layer.bias)
    return pair
