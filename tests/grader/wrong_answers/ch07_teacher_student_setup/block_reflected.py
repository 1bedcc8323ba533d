"""The border is reflected and not zero.

loses: block_computes
says: zeros are padded
"""

from torch import nn


def separable_block(inputs, outputs, kernel=3, stride=1):
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=inputs, bias=False, padding_mode="circular"),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
