"""Gives the matrices a dimension of heads, picks there, and flattens again; a layer is replaced by a new nn.Linear that is filled."""
import copy

import torch
from torch import nn

from compresslab.models import Attention


def _linear(weight, bias, training):
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=weight.dtype, device=weight.device)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer.train(training)


def drop_heads(attention: Attention, keep: list[int]) -> Attention:
    heads, size = attention.heads, attention.head_dim
    new = copy.deepcopy(attention)
    for name in "qkv":
        old = getattr(attention, name)
        weight = old.weight.detach().reshape(heads, size, -1)[keep].flatten(0, 1)
        bias = None if old.bias is None else old.bias.detach().reshape(heads, size)[keep].flatten()
        setattr(new, name, _linear(weight, bias, old.training))
    old = attention.out
    weight = old.weight.detach().unflatten(1, (heads, size))[:, keep].flatten(1)
    new.out = _linear(weight, old.bias, old.training)
    new.heads = len(keep)
    return new
