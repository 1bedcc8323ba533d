"""Makes the new layers in the default dtype; copy_ converts the values silently.

Text: "An `nn.Sequential` of two `nn.Linear`, in to rank and rank to out, in the layer's dtype."
factorize_linear(nn.Linear(3, 2, dtype=torch.float64), 1)[0].weight.dtype is float32; promised: float64.
"""
import torch
from torch import nn


def factorize_linear(layer: nn.Linear, rank: int) -> nn.Sequential:
    first, second = low_rank_factors(layer.weight.detach(), rank)
    pair = nn.Sequential(
        nn.Linear(layer.in_features, rank, bias=False),
        nn.Linear(rank, layer.out_features, bias=layer.bias is not None),
    )
    with torch.no_grad():
        pair[0].weight.copy_(first)
        pair[1].weight.copy_(second)
        if layer.bias is not None:
            pair[1].bias.copy_(layer.bias)
    return pair
