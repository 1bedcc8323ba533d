"""Each channel as a line slope * input + constant, decided in Python floats (double), without forming the product of weight and scale."""
import math

import torch
from torch import nn


def _after_norm(value, scale, shift, mean, variance, eps):
    return scale * ((value - mean) / math.sqrt(variance + eps)) + shift


def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    channels = conv.weight.shape[0]
    biases = [0.0] * channels if conv.bias is None else conv.bias.tolist()
    reads = torch.count_nonzero(conv.weight.detach().reshape(channels, -1), dim=1).tolist()
    columns = zip(
        reads, biases, bn.weight.tolist(), bn.bias.tolist(), bn.running_mean.tolist(), bn.running_var.tolist(), strict=True
    )
    dead = []
    for channel, (nonzeros, bias, scale, shift, mean, variance) in enumerate(columns):
        moves = nonzeros > 0 and scale != 0
        if not moves and max(_after_norm(bias, scale, shift, mean, variance, bn.eps), 0.0) == 0.0:
            dead.append(channel)
    return dead
