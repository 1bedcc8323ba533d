"""Lets a constant up to 1e-6 pass as zero, "because of rounding".

With zero weights, no bias and batch-norm as new but shift 1e-8, the text promises [] ("however small ... its constant"), gives [0]."""
import torch
from torch import nn


def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    dead = []
    for channel in range(conv.out_channels):
        scale, shift = bn.weight[channel].item(), bn.bias[channel].item()
        if conv.weight[channel].detach().count_nonzero() > 0 and scale != 0:
            continue
        c = conv.bias[channel].item() if conv.bias is not None else 0.0
        mean, var = bn.running_mean[channel].item(), bn.running_var[channel].item()
        y = scale * (c - mean) / (var + bn.eps) ** 0.5 + shift
        if y <= 1e-6:
            dead.append(channel)
    return dead
