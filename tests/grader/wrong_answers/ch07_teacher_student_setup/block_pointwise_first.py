"""The 1x1 convolution comes first.

loses: block_layers, block_computes
says: one filter for each channel
"""

from torch import nn


def separable_block(inputs, outputs, kernel=3, stride=1):
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, kernel, stride, padding, groups=outputs, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
