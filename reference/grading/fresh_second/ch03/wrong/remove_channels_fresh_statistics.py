"""Builds a new batch-norm and copies its parameters, but not the running statistics (they begin at 0 and 1 again).

Text: "In general it is [the output] of the network in which they are silenced"; bn comes "with scale, shift and running statistics".
Input: a block whose running_mean is all 5, keep all: in evaluation mode the output differs, result[1].running_mean is 0 instead of 5.
"""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    first, old, _, second = smaller
    norm = nn.BatchNorm2d(len(keep), eps=old.eps, momentum=old.momentum).to(old.weight.dtype)
    norm.weight = nn.Parameter(old.weight.data[keep], requires_grad=old.weight.requires_grad)
    norm.bias = nn.Parameter(old.bias.data[keep], requires_grad=old.bias.requires_grad)
    norm.train(old.training)
    smaller[1] = norm
    first.weight = nn.Parameter(first.weight.data[keep], requires_grad=first.weight.requires_grad)
    if first.bias is not None:
        first.bias = nn.Parameter(first.bias.data[keep], requires_grad=first.bias.requires_grad)
    second.weight = nn.Parameter(second.weight.data[:, keep].clone(), requires_grad=second.weight.requires_grad)
    first.out_channels = second.in_channels = len(keep)
    return smaller
