"""The shift goes through ReLU in place.

loses: dead_constant
says: in place
"""

import torch


def dead_channels(conv, bn):
    with torch.no_grad():
        shift = bn.bias.detach().clone()
        bn.bias.relu_()
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0.0 if conv.bias is None else conv.bias
    constant = (conv.weight == 0).flatten(1).all(1) | (slope == 0)
    value = (bias - bn.running_mean) * slope + shift
    return (constant & (value <= 0)).nonzero().flatten().tolist()
