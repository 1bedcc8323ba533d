"""Puts the batch-norm into evaluation mode to compute the constant, and leaves it there.

With a new BatchNorm2d (training mode) the text promises that it is left in its mode: bn.training is True; gives False."""
import torch
from torch import nn


def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    bn.eval()
    with torch.no_grad():
        constant = torch.zeros(conv.out_channels) if conv.bias is None else conv.bias
        constant = bn(constant.view(1, -1, 1, 1)).flatten()
        no_weights = (conv.weight == 0).flatten(1).all(1)
        fixed = no_weights | (bn.weight == 0)
    return [i for i in range(conv.out_channels) if fixed[i] and constant[i] <= 0]
