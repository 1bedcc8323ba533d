"""The convolution's own bias is forgotten.

loses: dead_constant
says: the convolution's own bias
"""

import torch


def dead_channels(conv, bn):
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    constant = (conv.weight == 0).flatten(1).all(1) | (slope == 0)
    value = (0.0 - bn.running_mean) * slope + bn.bias
    return (constant & (value <= 0)).nonzero().flatten().tolist()
