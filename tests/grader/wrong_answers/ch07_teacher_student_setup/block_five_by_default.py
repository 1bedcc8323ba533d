"""5 x 5, if nothing is said.

loses: block_computes
says: if nothing else
"""

from torch import nn


def separable_block(inputs, outputs, kernel=5, stride=1):
    padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
