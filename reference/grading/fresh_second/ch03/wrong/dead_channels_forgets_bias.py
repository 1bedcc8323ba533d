"""Takes the convolution's result as 0 where all weights are zero, and forgets that it may have a bias.

Text: "The channels that are zero after convolution, batch-norm and ReLU, whatever the input"; conv "with or without a bias".
Input: nn.Conv2d(1, 1, 1) with weight 0 and bias 2, fresh batch-norm in evaluation mode: the channel is 2 everywhere; this gives [0],
promised is [].
"""
import torch
from torch import nn


def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    with torch.no_grad():
        silent = conv.weight.flatten(1).eq(0).all(dim=1)
        std = torch.sqrt(bn.running_var + bn.eps)
        constant_of_conv = bn.bias - bn.weight * bn.running_mean / std
        no_scale = bn.weight == 0
        dead = torch.where(no_scale, bn.bias <= 0, silent & (constant_of_conv <= 0))
    return dead.nonzero().flatten().tolist()
