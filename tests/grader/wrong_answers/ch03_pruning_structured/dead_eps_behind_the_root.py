"""Epsilon is added to the deviation, not to the variance.

loses: dead_constant
says: is eps added before the root
"""


def dead_channels(conv, bn):
    bias = 0.0 if conv.bias is None else conv.bias
    constant = (conv.weight == 0).flatten(1).all(1) | (bn.weight == 0)
    value = (bias - bn.running_mean) * bn.weight / (bn.running_var.sqrt() + bn.eps) + bn.bias
    return (constant & (value <= 0)).nonzero().flatten().tolist()
