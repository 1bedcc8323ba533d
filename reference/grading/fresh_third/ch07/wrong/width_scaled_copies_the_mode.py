"""Copies the layers without weights as they are: those of a model in evaluation mode stay in evaluation mode.

Text: "As many layers of the same kinds in the same order, each ... in training mode."
Input: a network after network.eval(): the student's nn.ReLU has training False; promised is True.
"""
import copy

from torch import nn


def width_scaled(network: nn.Sequential, width: float, multiple: int = 8) -> nn.Sequential:
    last = max(i for i, layer in enumerate(network) if isinstance(layer, (nn.Conv2d, nn.Linear)))
    first = next(layer for layer in network if hasattr(layer, "weight"))
    channels = getattr(first, "in_channels", None) or getattr(first, "in_features", None) or first.num_features
    layers = []
    for i, layer in enumerate(network):
        if isinstance(layer, nn.Conv2d):
            out = layer.out_channels if i == last else scaled_channels(layer.out_channels, width, multiple)
            new = nn.Conv2d(
                channels,
                out,
                layer.kernel_size,
                stride=layer.stride,
                padding=layer.padding,
                dilation=layer.dilation,
                bias=layer.bias is not None,
                padding_mode=layer.padding_mode,
            )
            channels = out
        elif isinstance(layer, nn.Linear):
            out = layer.out_features if i == last else scaled_channels(layer.out_features, width, multiple)
            new = nn.Linear(channels, out, bias=layer.bias is not None)
            channels = out
        elif isinstance(layer, nn.BatchNorm2d):
            new = nn.BatchNorm2d(channels, layer.eps, layer.momentum, layer.affine, layer.track_running_stats)
        else:
            new = copy.deepcopy(layer)
        layers.append(new)
    return nn.Sequential(*layers)
