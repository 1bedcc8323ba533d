"""A student that is only masked: the channels are set to zero and stay.

loses: student_channels, student_settings
says: each layer reads
"""

# ruff: noqa: F821  (scaled_channels is the solution's)
import copy

import torch
from torch import nn


def width_scaled(network, width, multiple=8):
    student = copy.deepcopy(network)
    weighted = [layer for layer in student if isinstance(layer, nn.Conv2d | nn.Linear)]
    with torch.no_grad():
        for layer in weighted[:-1]:
            layer.weight[scaled_channels(len(layer.weight), width, multiple) :] = 0
    return student.train()
