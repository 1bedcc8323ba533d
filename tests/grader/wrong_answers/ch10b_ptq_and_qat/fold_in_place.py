"""The layer is changed.

loses: fold_numbers
says: each output channel
"""

import torch


def fold_batch_norm(layer, norm):
    factor = (norm.running_var.double() + norm.eps).rsqrt()
    if norm.weight is not None:
        factor = factor * norm.weight.detach().double()
    bias = -norm.running_mean.double() * factor
    if layer.bias is not None:
        bias = bias + layer.bias.detach().double() * factor
    if norm.bias is not None:
        bias = bias + norm.bias.detach().double()
    weight = layer.weight.detach()
    by_channel = factor.reshape(-1, *[1] * (weight.ndim - 1))
    with torch.no_grad():
        layer.weight.mul_(by_channel)
    return (weight.double() * by_channel).to(weight.dtype), bias.to(weight.dtype)
