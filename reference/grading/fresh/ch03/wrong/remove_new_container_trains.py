"""Puts the cut copies of the layers into a new nn.Sequential, which is in training mode, whatever the block is.

With block.eval() the text promises the block's mode: result.training is False; gives True (its layers are in evaluation mode)."""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    first, norm, relu, last = (copy.deepcopy(layer) for layer in block)
    with torch.no_grad():
        for layer, dim in ((first, 0), (norm, 0), (last, 1)):
            flag = layer.weight.requires_grad
            layer.weight = nn.Parameter(layer.weight[keep] if dim == 0 else layer.weight[:, keep], requires_grad=flag)
        for layer in (first, norm):
            if layer.bias is not None:
                layer.bias = nn.Parameter(layer.bias[keep], requires_grad=layer.bias.requires_grad)
    norm.running_mean = norm.running_mean[keep]
    norm.running_var = norm.running_var[keep]
    first.out_channels, norm.num_features, last.in_channels = len(keep), len(keep), len(keep)
    return nn.Sequential(first, norm, relu, last)
