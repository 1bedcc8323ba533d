"""Both layers have a bias, the first one zeros.

loses: pair_layers, pair_without_bias
says: first bias
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    left, values, right = torch.linalg.svd(layer.weight.detach(), full_matrices=False)
    first, second = right[:rank], left[:, :rank] * values[:rank]
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=True, dtype=layer.weight.dtype),
        nn.Linear(rank, layer.out_features, bias=True, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
        if layer.bias is not None:
            pair[1].bias.copy_(layer.bias)
        else:
            pair[1].bias.zero_()
        pair[0].bias.zero_()
    return pair
