"""Right: unflattens the features into (heads, head_dim), picks heads there, and flattens again; new Linear layers filled in place."""
import copy

import torch
from torch import nn

from compresslab.models import Attention


def drop_heads(attention: Attention, keep: list[int]) -> Attention:
    shape = (attention.heads, attention.head_dim)
    smaller = copy.deepcopy(attention)

    def pick(tensor, dim):
        return torch.cat([tensor.unflatten(dim, shape).select(dim, head) for head in keep], dim=dim)

    for name in "q k v out".split():
        old = getattr(attention, name)
        weight = pick(old.weight.detach(), 1 if name == "out" else 0)
        bias = old.bias.detach() if name == "out" else pick(old.bias.detach(), 0)
        new = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype)
        with torch.no_grad():
            new.weight.copy_(weight)
            new.bias.copy_(bias)
        new.train(old.training)
        setattr(smaller, name, new)
    smaller.heads = len(keep)
    return smaller
