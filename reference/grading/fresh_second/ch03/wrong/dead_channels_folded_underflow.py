"""Folds the two layers in float32 and looks for zero folded weights: the product of a small weight and a small scale underflows to 0.

Text: "A channel that some input, however large, can make positive isn't dead, however small its weights, its scale or its constant are."
Input: nn.Conv2d(1, 1, 1, bias=False) with weight 1e-25, bn.weight = 1e-25, bn.bias = 0: the input 1e30 gives 1e-20 > 0; this gives [0],
promised is [].
"""
import torch
from torch import nn


@torch.no_grad()
def dead_channels(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> list[int]:
    factor = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    weight = conv.weight * factor.view(-1, 1, 1, 1)
    bias = torch.zeros_like(factor) if conv.bias is None else conv.bias
    bias = (bias - bn.running_mean) * factor + bn.bias
    constant = (weight == 0).flatten(1).all(1)
    return [channel for channel in range(len(bias)) if constant[channel] and bias[channel] <= 0]
