"""A constant of exactly zero is taken to be alive.

loses: dead_zero_weights
says: ReLU leaves it so
"""

import torch


def dead_channels(conv, bn):
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    w = (conv.weight * scale[:, None, None, None]).flatten(1).abs().sum(1)
    b = conv.bias if conv.bias is not None else torch.zeros_like(bn.bias)
    c = (b - bn.running_mean) * scale + bn.bias
    return [i for i in range(len(c)) if w[i] == 0 and c[i] < 0]
