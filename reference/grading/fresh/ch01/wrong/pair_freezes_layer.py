"""Freezes the layer to be allowed to read from it without a graph, and never thaws it.

With layer=nn.Linear(4, 3), rank=2 the text promises that the layer is not modified; afterwards
layer.weight.requires_grad and layer.bias.requires_grad are False.
"""
import torch
from torch import nn


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    layer.requires_grad_(False)
    first, second = low_rank_factors(layer.weight, rank)
    bias = layer.bias is not None
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype),
        nn.Linear(rank, layer.out_features, bias=bias, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
        if bias:
            pair[1].bias.copy_(layer.bias)
    return pair
