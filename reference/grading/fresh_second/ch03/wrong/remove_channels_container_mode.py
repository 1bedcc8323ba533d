"""Sets the mode at the end with smaller.train(block.training), which gives every layer the mode of the container.

Text: "Each layer is in the mode (training or evaluation) of its original, the container too".
Input: a block in training mode whose batch-norm is in evaluation mode (frozen statistics): result[1].training is True, promised is False.
"""
import copy

import torch
from torch import nn


def remove_channels(block: nn.Sequential, keep: list[int]) -> nn.Sequential:
    smaller = copy.deepcopy(block)
    index = torch.tensor(keep)
    for layer, name, dim in (
        (0, "weight", 0), (0, "bias", 0), (1, "weight", 0), (1, "bias", 0),
        (1, "running_mean", 0), (1, "running_var", 0), (3, "weight", 1),
    ):
        old = getattr(block[layer], name)
        if old is None:
            continue
        new = torch.index_select(old.detach(), dim, index)
        if isinstance(old, nn.Parameter):
            new = nn.Parameter(new, requires_grad=old.requires_grad)
        setattr(smaller[layer], name, new)
    smaller[0].out_channels = len(keep)
    smaller[1].num_features = len(keep)
    smaller[3].in_channels = len(keep)
    return smaller.train(block.training)
