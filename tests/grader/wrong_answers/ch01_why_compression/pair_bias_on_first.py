"""The bias goes to the first layer, carried back through the second: that needs the rank of the outputs.

loses: pair_layers, pair_output
says: the layer's bias has a value for each output
"""

import torch
from torch import nn


def factorize_linear(layer, rank):
    left, values, right = torch.linalg.svd(layer.weight.detach(), full_matrices=False)
    first, second = right[:rank], left[:, :rank] * values[:rank]
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=layer.bias is not None, dtype=layer.weight.dtype),
        nn.Linear(rank, layer.out_features, bias=False, dtype=layer.weight.dtype),
    )
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
        if layer.bias is not None:
            pair[0].bias.copy_(torch.linalg.pinv(second) @ layer.bias)
    return pair
