"""Lets the depthwise convolution produce the outputs' channels already: fails where they don't divide, and costs more.

Text: "a k x k filter for each channel by itself, then a 1 x 1 convolution across the channels".
Input: separable_block(8, 12) raises ValueError; separable_block(8, 16) has 16 depthwise filters; promised are 8.
"""
from torch import nn


def separable_block(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    depthwise = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=inputs, bias=False)
    pointwise = nn.Conv2d(outputs, outputs, 1, bias=False)
    return nn.Sequential(depthwise, nn.BatchNorm2d(outputs), nn.ReLU(), pointwise, nn.BatchNorm2d(outputs), nn.ReLU())
