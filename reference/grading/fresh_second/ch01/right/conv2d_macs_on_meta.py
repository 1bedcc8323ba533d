"""Builds the layer on the meta device, lets PyTorch infer the output's shape, and multiplies the output values with the
weights of one output channel."""
import math

import torch
from torch import nn


def conv2d_macs(
    input_shape: tuple[int, int, int, int],
    out_channels: int,
    kernel_size: tuple[int, int],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> int:
    conv = nn.Conv2d(
        input_shape[1],
        out_channels,
        kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        bias=False,
        device="meta",
    )
    with torch.no_grad():
        output = conv(torch.empty(input_shape, device="meta"))
    return math.prod(output.shape) * math.prod(conv.weight.shape[1:])
