"""Thinks that the heads take turns: head h has the features h, h + heads, h + 2 * heads, ...

Text: "head 0 has the first `head_dim` rows, head 1 the next".
Input: an Attention of width 4 with 2 heads, keep = [0]: it keeps rows 0 and 2 of q, promised are 0 and 1.
"""
import copy

from torch import nn

from compresslab.models import Attention


def drop_heads(attention: Attention, keep: list[int]) -> Attention:
    smaller = copy.deepcopy(attention)
    features = [position * attention.heads + head for position in range(attention.head_dim) for head in keep]
    for name in ("q", "k", "v"):
        layer = getattr(smaller, name)
        layer.weight = nn.Parameter(layer.weight.detach()[features])
        if layer.bias is not None:
            layer.bias = nn.Parameter(layer.bias.detach()[features])
        layer.out_features = len(features)
    smaller.out.weight = nn.Parameter(smaller.out.weight.detach()[:, features].clone())
    smaller.out.in_features = len(features)
    smaller.heads = len(keep)
    return smaller
