"""A constant that is barely above zero is taken for zero.

loses: dead_zero_scale
says: compare without a tolerance
"""

import torch


def dead_channels(conv, bn):
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0.0 if conv.bias is None else conv.bias
    constant = (conv.weight == 0).flatten(1).all(1) | (slope == 0)
    value = (bias - bn.running_mean) * slope + bn.bias
    return (constant & (value < 1e-6)).nonzero().flatten().tolist()
