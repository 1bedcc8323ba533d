"""The weights of the channels that it finds are zeroed in the convolution itself.

loses: dead_zero_scale
says: in place
"""

import torch


def dead_channels(conv, bn):
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0.0 if conv.bias is None else conv.bias
    constant = (conv.weight == 0).flatten(1).all(1) | (slope == 0)
    value = (bias - bn.running_mean) * slope + bn.bias
    dead = constant & (value <= 0)
    with torch.no_grad():
        conv.weight[dead] = 0.0
    return dead.nonzero().flatten().tolist()
