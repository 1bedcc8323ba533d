"""The layer's weight is replaced by its approximation on the way.

loses: pair_independent
says: write into new layers only
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    left, values, right = torch.linalg.svd(layer.weight.detach(), full_matrices=False)
    first, second = right[:rank], left[:, :rank] * values[:rank]
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype),
        nn.Linear(rank, layer.out_features, bias=layer.bias is not None, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
        if layer.bias is not None:
            pair[1].bias.copy_(layer.bias)
        layer.weight.copy_(second @ first)
    return pair
