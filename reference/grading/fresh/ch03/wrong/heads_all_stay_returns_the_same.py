"""Returns the attention itself where no head goes: it shares all memory with what came in.

With Attention(4, heads=2) and keep=[0, 1] the text promises that no memory is shared, gives the same object: training it changes `attention`."""
import copy

from torch import nn

from compresslab.models import Attention


def drop_heads(attention: Attention, keep: list[int]) -> Attention:
    if len(keep) == attention.heads:
        return attention
    smaller = copy.deepcopy(attention)
    d = attention.head_dim
    rows = [h * d + i for h in keep for i in range(d)]
    for name in ("q", "k", "v"):
        layer = getattr(smaller, name)
        layer.weight = nn.Parameter(layer.weight.data[rows])
        layer.bias = nn.Parameter(layer.bias.data[rows])
        layer.out_features = len(rows)
    smaller.out.weight = nn.Parameter(smaller.out.weight.data[:, rows])
    smaller.out.in_features = len(rows)
    smaller.heads = len(keep)
    return smaller
