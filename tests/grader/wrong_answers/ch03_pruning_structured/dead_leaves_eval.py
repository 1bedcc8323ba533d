"""Switches batch-norm to evaluation mode, and leaves it so.

loses: dead_constant
says: left in training mode
"""

import torch


def dead_channels(conv, bn):
    conv.eval(), bn.eval()
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0.0 if conv.bias is None else conv.bias
    constant = (conv.weight == 0).flatten(1).all(1) | (slope == 0)
    value = (bias - bn.running_mean) * slope + bn.bias
    return (constant & (value <= 0)).nonzero().flatten().tolist()
