"""Computes head_dim as in_features // heads, which isn't true any more of an attention that has lost heads before.

With drop_heads(drop_heads(Attention(12, 3), [0, 1]), [1]) the text promises head_dim 4 features that stay, of q a weight (4, 12);
gives rows 6 and 7 only: q (2, 12), which head_dim 4 no longer fits (width 12 // 2 = 6)."""
import copy

from torch import nn

from compresslab.models import Attention


def drop_heads(attention: Attention, keep: list[int]) -> Attention:
    smaller = copy.deepcopy(attention)
    width = attention.q.in_features // attention.heads
    total = attention.q.out_features
    rows = [row for row in range(total) if row // width in keep]
    for layer in (smaller.q, smaller.k, smaller.v):
        layer.weight = nn.Parameter(layer.weight.detach()[rows])
        layer.bias = nn.Parameter(layer.bias.detach()[rows])
        layer.out_features = len(rows)
    smaller.out.weight = nn.Parameter(smaller.out.weight.detach()[:, rows])
    smaller.out.in_features = len(rows)
    smaller.heads = len(keep)
    return smaller
