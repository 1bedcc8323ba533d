"""The factors are put in the order of the formula, second first.

loses: pair_layers
says: inputs to rank, then rank to outputs
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    left, values, right = torch.linalg.svd(layer.weight.detach(), full_matrices=False)
    first, second = right[:rank], left[:, :rank] * values[:rank]
    pair = nn.Sequential(
        nn.Linear(rank, layer.out_features, bias=layer.bias is not None, dtype=layer.weight.dtype),
        nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        pair[0].weight.copy_(second)
        pair[1].weight.copy_(first)
        if layer.bias is not None:
            pair[0].bias.copy_(layer.bias)
    return pair
