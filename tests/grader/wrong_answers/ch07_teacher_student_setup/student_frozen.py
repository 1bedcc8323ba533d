"""The result is frozen.

loses: student_settings
says: that can be trained
"""

# ruff: noqa: F821  (scaled_channels is the solution's)
import copy

from torch import nn


def width_scaled(network, width, multiple=8):
    weighted = [place for place, layer in enumerate(network) if isinstance(layer, nn.Conv2d | nn.Linear)]
    layers, now = [], None
    for place, layer in enumerate(network):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            produced, read = layer.weight.shape[:2]
            inputs = read if now is None else now
            now = produced
            if place != weighted[-1]:
                now = scaled_channels(produced, width, multiple)
            bias = layer.bias is not None
            if isinstance(layer, nn.Linear):
                layers.append(nn.Linear(inputs, now, bias=bias))
            else:
                shape = layer.kernel_size, layer.stride, layer.padding
                layers.append(nn.Conv2d(inputs, now, *shape, bias=bias))
        elif isinstance(layer, nn.BatchNorm2d):
            layers.append(nn.BatchNorm2d(layer.num_features if now is None else now))
        else:
            layers.append(copy.deepcopy(layer))
    return nn.Sequential(*layers).train().requires_grad_(False)
