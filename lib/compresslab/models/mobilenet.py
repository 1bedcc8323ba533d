"""A small MobileNet: inverted residuals with depthwise convolutions.

References:
    Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks".
    Howard et al. 2019, "Searching for MobileNetV3" (hard-swish).
"""

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of, whole
from compresslab.models.blocks import Activation, InvertedResidual, convolution

_ACTIVATIONS = ("relu6", "hardswish")  # of versions 2 and 3

# Of each stage: expansion of its blocks, channels as a multiple of the width, number of blocks, stride of the first.
_STAGES = ((1, 1, 1, 1), (4, 2, 2, 2), (4, 4, 3, 2), (4, 6, 2, 2))
_HEAD = 16  # channels before the classifier, as a multiple of the width


class MobileNet(nn.Module):
    """A stem of stride 1, four stages of inverted residuals, a wider 1x1 convolution, pooling and a classifier.

    `mobilenet` makes it, and says what the settings are.

    >>> MobileNet(4, channels=3, classes=10, activation="relu6")(torch.zeros(2, 3, 8, 8)).shape
    torch.Size([2, 10])
    """

    def __init__(self, width: int, channels: int, classes: int, activation: Activation) -> None:
        super().__init__()
        self.stem = convolution(channels, width, 3, activation)
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
        self.head = convolution(inputs, _HEAD * width, 1, activation)
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
    one_of(_ACTIVATIONS, activation=activation)
    return MobileNet(width, channels, classes, activation)
