"""Padded for 3 x 3, whatever the kernel.

loses: block_computes
says: zeros are padded
"""

from torch import nn


def separable_block(inputs, outputs, kernel=3, stride=1):
    padding = 1
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
