"""Groups are taken for input channels.

loses: fold_layers
says: Conv2d: the folded layer's outputs are those
"""


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
    if getattr(layer, "groups", 1) > 1:
        factor = factor.reshape(layer.groups, -1).mean(1).repeat_interleave(len(weight) // layer.groups)
    by_channel = factor.reshape(-1, *[1] * (weight.ndim - 1))
    return (weight.double() * by_channel).to(weight.dtype), bias.to(weight.dtype)
