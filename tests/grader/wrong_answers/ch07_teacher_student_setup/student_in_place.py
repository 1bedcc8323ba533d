"""The network itself is changed.

loses: student_channels, student_settings
says: each layer reads
"""

# ruff: noqa: F821  (scaled_channels is the solution's)
import copy

from torch import nn


def _narrow(layer, inputs, outputs):
    layer.weight = nn.Parameter(layer.weight.detach()[:outputs, :inputs].clone())
    return layer


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
            if isinstance(layer, nn.Linear):
                layers.append(_narrow(layer, inputs, now))
            else:
                layers.append(_narrow(layer, inputs, now))
        elif isinstance(layer, nn.BatchNorm2d):
            layers.append(nn.BatchNorm2d(layer.num_features if now is None else now))
        else:
            layers.append(copy.deepcopy(layer))
    return network
