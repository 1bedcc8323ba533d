"""Pads by "same", which PyTorch refuses with a stride above 1.

Text: "stride: how far they move in both directions, 1 or more".
Input: separable_block(8, 16, 3, 2) raises ValueError.
"""
from torch import nn


def separable_block(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride=stride, padding="same", groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )
