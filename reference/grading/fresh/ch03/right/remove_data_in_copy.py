"""Right: replaces `.data` of the copy's own parameters (which keeps their flags), in a loop over names and dimensions, with take and clone."""
import copy
import operator

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    mask = torch.zeros(block[0].out_channels, dtype=torch.bool)
    mask[list(keep)] = True
    places = [(0, "weight", 0), (0, "bias", 0), (1, "weight", 0), (1, "bias", 0)]
    places += [(1, "running_mean", 0), (1, "running_var", 0), (3, "weight", 1)]
    for layer, name, dim in places:
        tensor = operator.attrgetter(name)(smaller[layer])
        if tensor is not None:
            tensor.data = tensor.data.transpose(0, dim)[mask].transpose(0, dim).contiguous()
    for layer, attribute in zip((0, 1, 3), ("out_channels", "num_features", "in_channels")):
        vars(smaller[layer])[attribute] = int(mask.sum())
    return smaller
