"""Efficient building blocks: depthwise-separable convolution, squeeze-and-excitation, inverted residual.

A k x k convolution mixes space and channels together, for k^2 * inputs * outputs multiply-accumulates a pixel. A
depthwise-separable one does it in two steps: k x k within each channel, then 1 x 1 across them, for
k^2 * inputs + inputs * outputs, which is the share 1 / outputs + 1 / k^2. An inverted residual puts a 1 x 1
convolution to more channels in front, and a shortcut around.

References:
    Howard et al. 2017, "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications".
    Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks".
    Hu et al. 2018, "Squeeze-and-Excitation Networks".
    Howard et al. 2019, "Searching for MobileNetV3" (hard-swish; squeeze-and-excitation inside the residual).
"""

from typing import Literal

from torch import Tensor, nn

Activation = Literal["relu", "relu6", "hardswish"]

_ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "relu6": nn.ReLU6, "hardswish": nn.Hardswish}


def convolution(
    inputs: int, outputs: int, kernel: int, activation: Activation | None, *, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """A convolution that keeps the resolution but for its stride, with batch-norm and perhaps an activation.

    Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride), sizes rounded up; `kernel` is odd.

    >>> [type(layer).__name__ for layer in convolution(3, 8, 3, "relu")]
    ['Conv2d', 'BatchNorm2d', 'ReLU']
    """
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    if activation is not None:
        layers.append(_ACTIVATIONS[activation]())
    return nn.Sequential(*layers)


class DepthwiseSeparable(nn.Module):
    """3x3 within each channel, then 1x1 across them, each with batch-norm and an activation.

    Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride), sizes rounded up.

    >>> import torch
    >>> block = DepthwiseSeparable(8, 16, stride=2)
    >>> block(torch.zeros(1, 8, 6, 6)).shape
    torch.Size([1, 16, 3, 3])
    >>> block.depthwise[0].weight.shape, block.pointwise[0].weight.shape
    (torch.Size([8, 1, 3, 3]), torch.Size([16, 8, 1, 1]))
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1, activation: Activation = "relu") -> None:
        super().__init__()
        self.depthwise = convolution(inputs, inputs, 3, activation, stride=stride, groups=inputs)
        self.pointwise = convolution(inputs, outputs, 1, activation)

    def forward(self, x: Tensor) -> Tensor:
        return self.pointwise(self.depthwise(x))


class SqueezeExcite(nn.Module):
    """Each channel times a gate from 0 to 1, which a bottleneck computes from the means of all channels.

    Maps (N, channels, H, W) to the same shape, for 2 * channels * squeezed MACs an image, whatever its size.

    Args:
        channels: that come in.
        squeezed: channels of the bottleneck.

    >>> import torch
    >>> SqueezeExcite(8, squeezed=2)(torch.ones(1, 8, 6, 6)).shape
    torch.Size([1, 8, 6, 6])
    """

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.relu = nn.ReLU()
        self.excite = nn.Conv2d(squeezed, channels, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(self.excite(self.relu(self.squeeze(self.avgpool(x)))))


class InvertedResidual(nn.Module):
    """1x1 convolution to more channels, 3x3 depthwise, 1x1 back to few without an activation; and the shortcut.

    Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride), sizes rounded up. The shortcut is there where both
    have the same shape. An expansion of 1 leaves the first convolution out, which makes it a depthwise-separable one
    without its last activation.

    Args:
        inputs, outputs: channels.
        stride: of the depthwise convolution.
        expansion: channels between as a multiple of `inputs`.
        activation: after the first two convolutions.
        squeezed: channels of a squeeze-and-excitation behind the depthwise convolution; 0 for none.

    >>> import torch
    >>> block = InvertedResidual(8, 16, stride=2, expansion=4, activation="relu6")
    >>> block(torch.zeros(1, 8, 6, 6)).shape, block.has_shortcut
    (torch.Size([1, 16, 3, 3]), False)
    """

    def __init__(
        self, inputs: int, outputs: int, stride: int, expansion: int, activation: Activation, *, squeezed: int = 0
    ) -> None:
        super().__init__()
        hidden = expansion * inputs
        self.expand = convolution(inputs, hidden, 1, activation) if expansion > 1 else nn.Identity()
        self.depthwise = convolution(hidden, hidden, 3, activation, stride=stride, groups=hidden)
        self.gate = SqueezeExcite(hidden, squeezed) if squeezed else nn.Identity()
        self.project = convolution(hidden, outputs, 1, None)
        self.has_shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.gate(self.depthwise(self.expand(x))))
        return x + y if self.has_shortcut else y
