"""Scales a batch-norm's own number of channels in place of carrying along what comes in.

Text: "a batch-norm has as many channels as come in"; the first layer reads what it read, the last produces what it did.
Input: Sequential(BatchNorm2d(3), Conv2d(3, 16, 3), Conv2d(16, 10, 1), BatchNorm2d(10)), width 0.5:
the norms have 8 channels; promised are 3 and 10.
"""
import copy

from torch import nn


def width_scaled(network: nn.Sequential, width: float, multiple: int = 8) -> nn.Sequential:
    weighted = [i for i, layer in enumerate(network) if isinstance(layer, (nn.Conv2d, nn.Linear))]
    last = weighted[-1]
    now = None
    layers = []
    for i, layer in enumerate(network):
        if isinstance(layer, nn.Conv2d):
            reads = layer.in_channels if now is None else now
            now = layer.out_channels if i == last else scaled_channels(layer.out_channels, width, multiple)
            layers.append(
                nn.Conv2d(
                    reads, now, layer.kernel_size, stride=layer.stride, padding=layer.padding, bias=layer.bias is not None
                )
            )
        elif isinstance(layer, nn.Linear):
            reads = layer.in_features if now is None else now
            now = layer.out_features if i == last else scaled_channels(layer.out_features, width, multiple)
            layers.append(nn.Linear(reads, now, bias=layer.bias is not None))
        elif isinstance(layer, nn.BatchNorm2d):
            layers.append(nn.BatchNorm2d(scaled_channels(layer.num_features, width, multiple), eps=layer.eps, momentum=layer.momentum))
        else:
            layers.append(copy.deepcopy(layer))
    return nn.Sequential(*layers).train()
