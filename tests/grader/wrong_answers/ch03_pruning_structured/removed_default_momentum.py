"""A momentum of None or 0 is taken for none given.

loses: removed_settings
says: also 0, None
"""

import copy

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
    bn.momentum = bn.momentum or 0.1
    return smaller
