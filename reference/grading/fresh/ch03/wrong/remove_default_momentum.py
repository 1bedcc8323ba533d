"""Builds a new batch-norm with `momentum or 0.1`: a momentum of None (cumulative average) or 0 becomes 0.1.

With nn.BatchNorm2d(4, momentum=None) in the block the text promises the same settings (None), gives 0.1."""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    first, norm, last = smaller[0], smaller[1], smaller[3]
    new = nn.BatchNorm2d(len(keep), eps=norm.eps, momentum=norm.momentum or 0.1, dtype=norm.weight.dtype)
    new.load_state_dict({n: t[keep] if t.ndim else t for n, t in norm.state_dict().items()})
    new.weight.requires_grad_(norm.weight.requires_grad)
    new.bias.requires_grad_(norm.bias.requires_grad)
    new.train(norm.training)
    smaller[1] = new
    first.weight = nn.Parameter(first.weight.detach()[keep], requires_grad=first.weight.requires_grad)
    if first.bias is not None:
        first.bias = nn.Parameter(first.bias.detach()[keep], requires_grad=first.bias.requires_grad)
    last.weight = nn.Parameter(last.weight.detach()[:, keep], requires_grad=last.weight.requires_grad)
    first.out_channels = last.in_channels = len(keep)
    return smaller
