"""What a removed channel gives to an input of zeros is added to the last bias.

loses: removed_output
says: nor is anything added in its place
"""

import copy

import torch
from torch import nn


def remove_channels(block, keep):
    smaller = copy.deepcopy(block)
    first, bn, _, second = smaller
    for layer, name in ((first, "weight"), (first, "bias"), (bn, "weight"), (bn, "bias")):
        old = getattr(layer, name)
        if old is not None:
            setattr(layer, name, nn.Parameter(old[keep], old.requires_grad))
    bn.running_mean, bn.running_var = bn.running_mean[keep], bn.running_var[keep]
    second.weight = nn.Parameter(second.weight[:, keep], second.weight.requires_grad)
    first.out_channels = bn.num_features = second.in_channels = len(keep)
    gone = [channel for channel in range(block[0].out_channels) if channel not in keep]
    if second.bias is not None:
        with torch.no_grad():
            second.bias += block[3].weight[:, gone].sum((2, 3)) @ block[1].bias[gone].relu()
    return smaller
