"""Residual networks for 32x32 images: ResNet-18, and those of any number of stages, blocks and channels.

Reference: He et al. 2016, "Deep Residual Learning for Image Recognition".
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError


class BasicBlock(nn.Module):
    """Two 3x3 convolutions around a shortcut: relu(bn(conv(relu(bn(conv(x))))) + shortcut(x)).

    Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride), sizes rounded up. Where the shapes differ, the
    shortcut is a 1x1 convolution with batch-norm.

    >>> BasicBlock(8, 16, stride=2)(torch.zeros(1, 8, 6, 6)).shape
    torch.Size([1, 16, 3, 3])
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu2 = nn.ReLU()
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        branch = self.relu1(self.bn1(self.conv1(x)))
        return self.relu2(self.bn2(self.conv2(branch)) + self.downsample(x))


class ResNet18(nn.Module):
    """ResNet-18 for 32x32 images: a 3x3 stem of stride 1 and no max-pooling, so that 32 pixels end as 4.

    Parameter names are torchvision's, so a state dict of `torchvision.models.resnet18` loads into `width=64`
    but for the stem's 7x7 convolution. `resnet18` makes it, and says what the settings are.

    >>> ResNet18(4, channels=3, classes=10)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """

    def __init__(self, width: int, channels: int, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.layer1 = nn.Sequential(BasicBlock(width, width, 1), BasicBlock(width, width, 1))
        self.layer2 = nn.Sequential(BasicBlock(width, 2 * width, 2), BasicBlock(2 * width, 2 * width, 1))
        self.layer3 = nn.Sequential(BasicBlock(2 * width, 4 * width, 2), BasicBlock(4 * width, 4 * width, 1))
        self.layer4 = nn.Sequential(BasicBlock(4 * width, 8 * width, 2), BasicBlock(8 * width, 8 * width, 1))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new convolution weights; the other layers have this method of their own."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class StagedResNet(nn.Module):
    """Basic blocks in stages, each of which but the first halves the resolution; a 3x3 stem, pooling, a classifier.

    `staged_resnet` makes it, and says what the settings are.

    >>> StagedResNet([4, 8], blocks=1, channels=3, classes=10)(torch.zeros(2, 3, 8, 8)).shape
    torch.Size([2, 10])
    """

    def __init__(self, widths: Sequence[int], blocks: int, channels: int, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, widths[0], 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU()
        self.stages = nn.Sequential()
        inputs = widths[0]
        for number, width in enumerate(widths):
            stage = nn.Sequential()
            for block in range(blocks):
                stage.append(BasicBlock(inputs, width, 2 if number and not block else 1))
                inputs = width
            self.stages.append(stage)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = self.stages(self.relu(self.bn1(self.conv1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def staged_resnet(
    *, widths: Sequence[int] = (16, 32, 64), blocks: int = 3, channels: int = 3, classes: int = 10
) -> StagedResNet:
    """A residual network whose stages are as wide as you say: late ones hold the bytes, early ones take the time.

    It has 2 * blocks * stages + 2 layers with weights, shortcuts not counted. With the default widths, 3, 5 and 9
    blocks make the paper's ResNet-20, 32 and 56 for CIFAR-10, but that a shortcut between stages is a 1x1 convolution
    (its option B), which quantizes and prunes like any other. Two blocks of widths (64, 128, 256, 512) are `resnet18`.

    Args:
        widths: channels of each stage.
        blocks: of each stage.
        channels: of the images, at least 2^(stages - 1) pixels wide.
        classes: number of logits.

    Raises:
        InputError: a setting is out of its range, or there is no stage.

    >>> staged_resnet(widths=(4, 6, 6), blocks=1).fc
    Linear(in_features=6, out_features=10, bias=True)
    """
    whole(blocks=blocks, channels=channels, classes=classes, **{f"widths[{i}]": each for i, each in enumerate(widths)})
    if not widths:
        raise InputError("widths is empty: give the channels of at least one stage.")
    return StagedResNet(widths, blocks, channels, classes)


def resnet18(*, width: int = 64, channels: int = 3, classes: int = 10) -> ResNet18:
    """ResNet-18 with a CIFAR stem.

    Args:
        width: channels of the first stage (64 in the paper: 11.2 million parameters); later stages have two,
            four and eight times as many, so parameters and MACs grow with the square of the width.
        channels: channels of the input images.
        classes: number of logits.

    Raises:
        InputError: a setting is out of its range.

    >>> resnet18(width=4, channels=1).fc  # eight times the width
    Linear(in_features=32, out_features=10, bias=True)
    """
    whole(width=width, channels=channels, classes=classes)
    return ResNet18(width, channels, classes)
