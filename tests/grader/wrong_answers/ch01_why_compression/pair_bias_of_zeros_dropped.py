"""A bias whose values are all zero is taken for none.

loses: pair_without_bias
says: zero as yet
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    first, second = low_rank_factors(layer.weight.detach(), rank)  # noqa: F821
    biased = layer.bias is not None and layer.bias.abs().sum() > 0
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=False), nn.Linear(rank, layer.out_features, bias=biased)
    ).to(layer.weight.dtype)
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
        if biased:
            pair[1].bias.copy_(layer.bias)
    return pair
