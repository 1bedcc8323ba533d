"""A copy of the block, in which a table of (layer, tensor, dimension) says what is cut, by a boolean mask moved to the front."""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    new = copy.deepcopy(block)
    stays = torch.zeros(block[0].out_channels, dtype=torch.bool)
    stays[keep] = True
    table = [(0, "weight", 0), (0, "bias", 0), (3, "weight", 1)]
    table += [(1, name, 0) for name in ("weight", "bias", "running_mean", "running_var")]
    for place, name, dim in table:
        layer = new[place]
        tensor = getattr(layer, name)
        if tensor is None:
            continue
        fewer = tensor.data.movedim(dim, 0)[stays].movedim(0, dim).contiguous()
        if name in layer._parameters:
            fewer = nn.Parameter(fewer, requires_grad=tensor.requires_grad)
        setattr(layer, name, fewer)
    left = int(stays.sum())
    for place, attribute in ((0, "out_channels"), (1, "num_features"), (3, "in_channels")):
        setattr(new[place], attribute, left)
    return new
