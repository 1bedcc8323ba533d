"""The shift alone decides: the running mean is forgotten.

loses: dead_constant
says: running mean
"""

import torch


def dead_channels(conv, bn):
    slope = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    constant = (conv.weight == 0).flatten(1).all(1) | (slope == 0)
    value = bn.bias
    return (constant & (value <= 0)).nonzero().flatten().tolist()
