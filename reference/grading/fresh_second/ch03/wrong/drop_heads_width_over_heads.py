"""Computes the features of a head as width / heads. That holds for a whole attention layer only.

Text: "it may have lost heads before, so that `heads * head_dim` is less than its width"; "`head_dim` ... unchanged".
Input: an Attention of width 8 with 4 heads (head_dim 2) that kept [0, 1], of which [1] is to stay: width / heads is 4, so that features 4 to 7
are asked for, which don't exist (IndexError); with keep = [0] it keeps 4 features, and head_dim stays 2.
"""
import copy

from torch import nn

from compresslab.models import Attention


def drop_heads(attention: Attention, keep: list[int]) -> Attention:
    new = copy.deepcopy(attention)
    size = attention.q.in_features // attention.heads
    rows = [head * size + i for head in keep for i in range(size)]
    for layer in (new.q, new.k, new.v):
        layer.weight = nn.Parameter(layer.weight.data[rows])
        if layer.bias is not None:
            layer.bias = nn.Parameter(layer.bias.data[rows])
        layer.out_features = len(rows)
    new.out.weight = nn.Parameter(new.out.weight.data[:, rows].contiguous())
    new.out.in_features = len(rows)
    new.heads = len(keep)
    return new
