"""A block in evaluation mode comes back in training mode, as a new one would.

loses: removed_settings
says: the block is in evaluation mode
"""

import copy

from torch import nn


def remove_channels(block, keep):
    smaller = copy.deepcopy(block)
    first, bn, _, second = smaller
    first.weight = nn.Parameter(first.weight[keep], first.weight.requires_grad)
    if first.bias is not None:
        first.bias = nn.Parameter(first.bias[keep], first.bias.requires_grad)
    bn.weight = nn.Parameter(bn.weight[keep], bn.weight.requires_grad)
    bn.bias = nn.Parameter(bn.bias[keep], bn.bias.requires_grad)
    bn.running_mean, bn.running_var = bn.running_mean[keep], bn.running_var[keep]
    second.weight = nn.Parameter(second.weight[:, keep], second.weight.requires_grad)
    first.out_channels = bn.num_features = second.in_channels = len(keep)
    return smaller.train()
