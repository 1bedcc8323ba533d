"""A new batch-norm: scale, shift and statistics are lost.

loses: removed_batch_norm, removed_output, removed_settings
says: batch-norm's entries follow their channels
"""

import copy

from torch import nn


def remove_channels(block, keep):
    smaller = copy.deepcopy(block)
    first, bn, _, second = smaller
    first.weight = nn.Parameter(first.weight[keep], first.weight.requires_grad)
    if first.bias is not None:
        first.bias = nn.Parameter(first.bias[keep], first.bias.requires_grad)
    bn = smaller[1] = nn.BatchNorm2d(len(keep), dtype=first.weight.dtype)
    second.weight = nn.Parameter(second.weight[:, keep], second.weight.requires_grad)
    first.out_channels = bn.num_features = second.in_channels = len(keep)
    return smaller
