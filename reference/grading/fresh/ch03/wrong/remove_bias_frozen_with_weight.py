"""Gives a layer's bias the requires_grad of its weight.

With block[0].bias.requires_grad_(False) and all else trainable, the text promises that what was frozen stays frozen; gives a first bias that
requires gradients."""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    first, norm, _, last = smaller

    def cut(layer, name, dim=0):
        old = getattr(layer, name)
        if old is None:
            return
        new = old.detach().index_select(dim, torch.tensor(keep))
        setattr(layer, name, nn.Parameter(new, requires_grad=layer.weight.requires_grad))

    cut(first, "weight")
    cut(first, "bias")
    cut(norm, "weight")
    cut(norm, "bias")
    cut(last, "weight", 1)
    norm.running_mean = norm.running_mean[keep].clone()
    norm.running_var = norm.running_var[keep].clone()
    first.out_channels = norm.num_features = last.in_channels = len(keep)
    return smaller
