"""The second convolution is k x k, too.

loses: block_layers, block_computes
says: a 1x1 convolution
"""

from torch import nn


def separable_block(inputs, outputs, kernel=3, stride=1):
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, kernel, 1, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
