"""Forgets bias=False at the first layer, which so keeps a random bias.

Text: "The layer's bias, if it has one, is there once, whatever its values; no other bias is."
factorize_linear(nn.Linear(3, 2), 1)[0].bias is a parameter; promised: None.
"""
import torch
from torch import nn


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    first, second = low_rank_factors(layer.weight.detach(), rank)
    has_bias = layer.bias is not None
    down = nn.Linear(layer.in_features, rank, dtype=layer.weight.dtype)
    up = nn.Linear(rank, layer.out_features, bias=has_bias, dtype=layer.weight.dtype)
    with torch.no_grad():
        down.weight.copy_(first)
        up.weight.copy_(second)
        if has_bias:
            up.bias.copy_(layer.bias)
    return nn.Sequential(down, up)
