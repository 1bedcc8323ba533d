"""Calls batch-norm in training mode: batch statistics, and running ones that move.

loses: dead_constant, dead_zero_weights
says: in place
"""

import torch


def dead_channels(conv, bn):
    zeros = torch.zeros(2, conv.in_channels, 8, 8)
    with torch.no_grad():
        value = bn(conv(zeros))[0, :, 3, 3]
    constant = (conv.weight == 0).flatten(1).all(1) | (bn.weight == 0)
    return (constant & (value <= 0)).nonzero().flatten().tolist()
