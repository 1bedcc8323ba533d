"""All layers get the mode of the block as a whole.

loses: removed_settings
says: each layer in its own mode
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
    return smaller.train(block.training)
