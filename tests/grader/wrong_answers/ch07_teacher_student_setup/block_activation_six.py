"""ReLU6 in place of ReLU.

loses: block_layers, block_computes
says: twice
"""

from torch import nn


def separable_block(inputs, outputs, kernel=3, stride=1):
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU6(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(),
    )
