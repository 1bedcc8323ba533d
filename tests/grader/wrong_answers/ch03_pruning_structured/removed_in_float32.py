"""A float64 block comes back in float32.

loses: removed_settings
says: has the block's dtype
"""

import copy

from torch import nn


def remove_channels(block, keep):
    smaller = copy.deepcopy(block)
    first, bn, _, second = smaller
    first.weight = nn.Parameter(first.weight[keep], first.weight.requires_grad)
    if first.bias is not None:
        first.bias = nn.Parameter(first.bias[keep], first.bias.requires_grad)
    bn.weight, bn.bias = (
        nn.Parameter(bn.weight[keep], bn.weight.requires_grad),
        nn.Parameter(bn.bias[keep], bn.bias.requires_grad),
    )
    bn.running_mean, bn.running_var = bn.running_mean[keep], bn.running_var[keep]
    second.weight = nn.Parameter(second.weight[:, keep], second.weight.requires_grad)
    first.out_channels = bn.num_features = second.in_channels = len(keep)
    return smaller.float()
