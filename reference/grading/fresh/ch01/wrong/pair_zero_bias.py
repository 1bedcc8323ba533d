"""Looks at the values of the bias to see whether there is one.

With layer=nn.Linear(4, 3) whose bias is all zeros (nn.init.zeros_), rank=2, the text promises the layer's bias once
in the pair; the pair has no bias.
"""
import torch
from torch import nn


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    first, second = low_rank_factors(layer.weight.detach(), rank)
    has_bias = layer.bias is not None and bool(layer.bias.detach().any())
    dtype = layer.weight.dtype
    down = nn.Linear(layer.in_features, rank, bias=False, dtype=dtype)
    up = nn.Linear(rank, layer.out_features, bias=has_bias, dtype=dtype)
    with torch.no_grad():
        down.weight.copy_(first)
        up.weight.copy_(second)
        if has_bias:
            up.bias.copy_(layer.bias)
    return nn.Sequential(down, up)
