"""Weights below a millionth are taken for none.

loses: dead_zero_weights
says: must be zero, exactly
"""

import torch


def dead_channels(conv, bn):
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0.0 if conv.bias is None else conv.bias
    constant = (conv.weight.abs() < 1e-6).flatten(1).all(1) | (slope == 0)
    value = (bias - bn.running_mean) * slope + bn.bias
    return (constant & (value <= 0)).nonzero().flatten().tolist()
