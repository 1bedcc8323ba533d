"""Weights and scale are multiplied, and the product asked: it may underflow.

loses: dead_zero_scale
says: a product of small numbers
"""

import torch


def dead_channels(conv, bn):
    folded = conv.weight * bn.weight.reshape(-1, 1, 1, 1)
    constant = folded.flatten(1).count_nonzero(1) == 0
    bias = torch.zeros_like(bn.bias) if conv.bias is None else conv.bias
    value = (bias - bn.running_mean) * bn.weight * (bn.running_var + bn.eps).rsqrt() + bn.bias
    return [channel for channel in range(len(value)) if constant[channel] and value[channel] <= 0]
