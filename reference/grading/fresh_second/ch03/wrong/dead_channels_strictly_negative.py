"""Asks for a NEGATIVE constant: a channel that is a constant zero before ReLU isn't found.

Text: "The channels that are zero after convolution, batch-norm and ReLU, whatever the input".
Input: nn.Conv2d(1, 1, 1), bn.weight = 0 and bn.bias = 0: zero for every input; this gives [], promised is [0].
"""
import torch
from torch import nn


def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    dead = []
    with torch.no_grad():
        for channel in range(conv.out_channels):
            gamma, beta = bn.weight[channel].item(), bn.bias[channel].item()
            mean, variance = bn.running_mean[channel].item(), bn.running_var[channel].item()
            if gamma == 0:
                constant = beta
            elif not conv.weight[channel].any():
                bias = 0.0 if conv.bias is None else conv.bias[channel].item()
                constant = gamma * (bias - mean) / (variance + bn.eps) ** 0.5 + beta
            else:
                continue
            if constant < 0:
                dead.append(channel)
    return dead
