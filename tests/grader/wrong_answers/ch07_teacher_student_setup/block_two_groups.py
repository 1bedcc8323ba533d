"""Two groups in place of one for each channel.

loses: block_layers, block_computes
says: one filter for each
"""

from torch import nn


def separable_block(inputs, outputs, kernel=3, stride=1):
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=2 if inputs % 2 == 0 else 1, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
