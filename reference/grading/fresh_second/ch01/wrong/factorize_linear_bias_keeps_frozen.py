"""Deep-copies the bias parameter, which takes its requires_grad along: the bias of a frozen layer stays frozen.

Text: "All parameters require gradients, also where the layer is frozen".
layer = nn.Linear(3, 2).requires_grad_(False): factorize_linear(layer, 1)[1].bias.requires_grad is False; promised: True.
"""
import copy

import torch
from torch import nn


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    first, second = low_rank_factors(layer.weight.detach(), rank)
    down = nn.Linear(layer.in_features, rank, bias=False)
    up = nn.Linear(rank, layer.out_features, bias=False)
    down.weight = nn.Parameter(first.clone())
    up.weight = nn.Parameter(second.clone())
    if layer.bias is not None:
        up.bias = copy.deepcopy(layer.bias)
    return nn.Sequential(down, up)
