"""Divided by the variance.

loses: fold_numbers
says: square root of variance
"""


def fold_batch_norm(layer, norm):
    factor = 1 / (norm.running_var.double() + norm.eps)
    if norm.weight is not None:
        factor = factor * norm.weight.detach().double()
    bias = -norm.running_mean.double() * factor
    if layer.bias is not None:
        bias = bias + layer.bias.detach().double() * factor
    if norm.bias is not None:
        bias = bias + norm.bias.detach().double()
    weight = layer.weight.detach()
    by_channel = factor.reshape(-1, *[1] * (weight.ndim - 1))
    return (weight.double() * by_channel).to(weight.dtype), bias.to(weight.dtype)
