"""A small MobileNet: inverted residuals with depthwise convolutions.

References:
    Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks".
    Howard et al. 2019, "Searching for MobileNetV3" (hard-swish).
"""

from typing import Literal, get_args

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of, whole

Activation = Literal["relu6", "hardswish"]

# Of each stage: expansion of its blocks, channels as a multiple of the width, number of blocks, stride of the first.
_STAGES = ((1, 1, 1, 1), (4, 2, 2, 2), (4, 4, 3, 2), (4, 6, 2, 2))
_HEAD = 16  # channels before the classifier, as a multiple of the width


def _convolution(
    inputs: int, outputs: int, kernel: int, activation: Activation | None, *, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """A convolution that keeps the resolution but for its stride, with batch-norm and perhaps an activation."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    if activation is not None:
        layers.append(nn.ReLU6() if activation == "relu6" else nn.Hardswish())
    return nn.Sequential(*layers)


class InvertedResidual(nn.Module):
    """1x1 convolution to more channels, 3x3 depthwise, 1x1 back to few without an activation; and the shortcut.

    Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride), sizes rounded up. The shortcut is there where both
    have the same shape. An expansion of 1 leaves the first convolution out, which makes it a depthwise separable one.

    Args:
        inputs, outputs: channels.
        stride: of the depthwise convolution.
        expansion: channels between as a multiple of `inputs`.
        activation: after the first two convolutions.

    >>> block = InvertedResidual(8, 16, stride=2, expansion=4, activation="relu6")
    >>> block(torch.zeros(1, 8, 6, 6)).shape, block.has_shortcut
    (torch.Size([1, 16, 3, 3]), False)
    """

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int, activation: Activation) -> None:
        super().__init__()
        hidden = expansion * inputs
        self.expand = _convolution(inputs, hidden, 1, activation) if expansion > 1 else nn.Identity()
        self.depthwise = _convolution(hidden, hidden, 3, activation, stride=stride, groups=hidden)
        self.project = _convolution(hidden, outputs, 1, None)
        self.has_shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.has_shortcut else y


class MobileNet(nn.Module):
    """A stem of stride 1, four stages of inverted residuals, a wider 1x1 convolution, pooling and a classifier.

    `mobilenet` makes it, and says what the settings are.

    >>> MobileNet(4, channels=3, classes=10, activation="relu6")(torch.zeros(2, 3, 8, 8)).shape
    torch.Size([2, 10])
    """

    def __init__(self, width: int, channels: int, classes: int, activation: Activation) -> None:
        super().__init__()
        self.stem = _convolution(channels, width, 3, activation)
        inputs = width
        self.stages = nn.Sequential()
        for expansion, multiple, blocks, stride in _STAGES:
            stage = nn.Sequential()
            for block in range(blocks):
                stage.append(
                    InvertedResidual(inputs, multiple * width, stride if block == 0 else 1, expansion, activation)
                )
                inputs = multiple * width
            self.stages.append(stage)
        self.head = _convolution(inputs, _HEAD * width, 1, activation)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(_HEAD * width, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(self.stages(self.stem(x)))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def mobilenet(*, width: int = 16, channels: int = 3, classes: int = 10, activation: Activation = "relu6") -> MobileNet:
    """A MobileNetV2 for 32x32 images, which leave its last stage as 4x4.

    Args:
        width: channels of the stem and the first stage; later stages have two, four and six times as many. 16 has
            0.25 million parameters and takes 14 million multiply-accumulates for a 32x32 image.
        channels: channels of the input images, of at least 8x8 pixels.
        classes: number of logits.
        activation: "relu6", as in version 2, or "hardswish", as in version 3.

    Raises:
        InputError: a setting is out of its range.

    >>> mobilenet(width=4, classes=5)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 5])
    """
    whole(width=width, channels=channels, classes=classes)
    one_of(get_args(Activation), activation=activation)
    return MobileNet(width, channels, classes, activation)
