"""Cuts all tensors, but the second convolution still says that it reads the old number of channels.

Text: "The same four kinds of layers with all their settings, but for the number of channels"; "Layers remember their sizes in attributes".
Input: Conv2d(1, 4, 1), BatchNorm2d(4), ReLU(), Conv2d(4, 2, 1), keep = [0, 2]: result[3].in_channels is 4, promised is 2.
"""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    first, norm, _, second = smaller

    def cut(tensor, dim=0):
        picked = tensor.detach().index_select(dim, torch.tensor(keep)).clone()
        return nn.Parameter(picked, requires_grad=tensor.requires_grad)

    first.weight = cut(first.weight)
    if first.bias is not None:
        first.bias = cut(first.bias)
    norm.weight, norm.bias = cut(norm.weight), cut(norm.bias)
    norm.running_mean, norm.running_var = norm.running_mean[keep], norm.running_var[keep]
    second.weight = cut(second.weight, 1)
    first.out_channels = len(keep)
    norm.num_features = len(keep)
    return smaller
