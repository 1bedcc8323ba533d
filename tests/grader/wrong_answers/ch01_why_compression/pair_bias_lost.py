"""The layer's bias is lost.

loses: pair_layers, pair_output
says: the layer's bias
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    left, values, right = torch.linalg.svd(layer.weight.detach(), full_matrices=False)
    first, second = right[:rank], left[:, :rank] * values[:rank]
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=False, dtype=layer.weight.dtype),
        nn.Linear(rank, layer.out_features, bias=False, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
    return pair
