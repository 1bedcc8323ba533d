"""Adds to the last bias what the removed channels gave on average, relu(shift): a silenced network doesn't do that.

With a block whose removed channel has shift 1 (all else as new) the text promises the output of the network in which it is silenced and the
last bias as it was, gives a last bias raised by the sum of that channel's weights."""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    first, norm, _, last = smaller
    gone = [c for c in range(first.out_channels) if c not in set(keep)]
    with torch.no_grad():
        if last.bias is not None and gone:
            constant = norm.bias[gone].relu()
            last.bias += torch.einsum("oikl,i->o", last.weight[:, gone], constant)
        for layer in (first, norm):
            for name, parameter in list(layer.named_parameters()):
                setattr(layer, name, nn.Parameter(parameter[keep], requires_grad=parameter.requires_grad))
        last.weight = nn.Parameter(last.weight[:, keep], requires_grad=last.weight.requires_grad)
        norm.running_mean, norm.running_var = norm.running_mean[keep], norm.running_var[keep]
    first.out_channels = norm.num_features = last.in_channels = len(keep)
    return smaller
