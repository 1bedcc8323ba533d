"""A negative scale is taken for one of zero.

loses: dead_zero_scale
says: a negative scale turns inputs round
"""

import torch


def dead_channels(conv, bn):
    b = conv.bias if conv.bias is not None else torch.zeros_like(bn.bias)
    c = (b - bn.running_mean) * bn.weight / torch.sqrt(bn.running_var + bn.eps) + bn.bias
    zero = (conv.weight.flatten(1) == 0).all(1) | (bn.weight <= 0)
    return torch.nonzero(zero & (c <= 0)).flatten().tolist()
