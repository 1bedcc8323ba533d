"""The layers still say that they have all channels.

loses: removed_settings
says: exporters read these attributes
"""

import copy

from torch import nn


def remove_channels(block, keep):
    smaller = copy.deepcopy(block)
    first, bn, _, second = smaller
    first.weight = nn.Parameter(first.weight[keep])
    if first.bias is not None:
        first.bias = nn.Parameter(first.bias[keep])
    bn.weight, bn.bias = nn.Parameter(bn.weight[keep]), nn.Parameter(bn.bias[keep])
    bn.running_mean, bn.running_var = bn.running_mean[keep], bn.running_var[keep]
    second.weight = nn.Parameter(second.weight[:, keep])
    return smaller
