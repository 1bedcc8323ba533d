"""A convolutional network with three dials, width, depth and resolution, and a choice of block.

Channels grow with the width, blocks with the depth, pixels with the square of the resolution. Parameters therefore
grow nearly with depth * width^2, and multiply-accumulates with depth * width^2 * resolution^2.

References:
    Howard et al. 2017, "MobileNets" (width and resolution multipliers).
    Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (compound scaling).
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from compresslab.arguments import at_least, one_of, positive, whole
from compresslab.errors import InputError
from compresslab.models.blocks import DepthwiseSeparable, InvertedResidual, convolution

Block = Literal["standard", "separable", "inverted", "squeezed"]

_STEM = 16
_STAGES = ((16, 1, 1), (32, 2, 2), (64, 2, 2), (128, 2, 2))  # channels, blocks, stride of the first
_EXPANSION = 4  # of inverted residuals, but for those of the first stage, where pixels are many
_SQUEEZED = 4  # a gate's bottleneck has a fourth of its block's inputs, as in EfficientNet


class ScalableCNN(nn.Module):
    """A stem of stride 1, four stages of one kind of block, pooling and a classifier.

    `scalable_cnn` makes it, and says what the settings are.

    >>> ScalableCNN("separable", 4, [(4, 1, 1), (8, 2, 2)], channels=3, classes=10)(torch.zeros(2, 3, 8, 8)).shape
    torch.Size([2, 10])
    """

    def __init__(
        self, block: Block, stem: int, stages: list[tuple[int, int, int]], channels: int, classes: int
    ) -> None:
        super().__init__()
        self.stem = convolution(channels, stem, 3, "relu")
        self.stages = nn.Sequential()
        inputs = stem
        for position, (outputs, blocks, stride) in enumerate(stages):
            expansion = 1 if position == 0 else _EXPANSION
            stage = nn.Sequential()
            for number in range(blocks):
                stage.append(_block(block, inputs, outputs, stride if number == 0 else 1, expansion))
                inputs = outputs
            self.stages.append(stage)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                _draw(module)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(torch.flatten(self.avgpool(self.stages(self.stem(x))), 1))


def scalable_cnn(
    *,
    block: Block = "inverted",
    width: float = 1.0,
    depth: float = 1.0,
    channels: int = 3,
    classes: int = 10,
    multiple: int = 8,
) -> ScalableCNN:
    """A small network of the kind of block that you name, as wide and as deep as you say.

    At width 1 and depth 1 there are seven blocks, of 16, 32, 64 and 128 channels; the image is halved three times.
    The third dial, the resolution, is the size of the images that you give it: it fits any of at least 8x8 pixels.

    Args:
        block: "standard" (one 3x3 convolution), "separable" (`DepthwiseSeparable`), "inverted" (`InvertedResidual`), or
            "squeezed" (the same with `SqueezeExcite`).
        width: factor on the channels of every layer, which are then rounded by `scaled_channels`.
        depth: factor on the blocks of every stage, rounded up.
        channels: of the images.
        classes: number of logits.
        multiple: that channels are rounded to.

    Raises:
        InputError: a setting is out of its range.

    >>> scalable_cnn(block="separable", width=0.5, classes=5)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 5])
    """
    one_of(get_args(Block), block=block)
    positive(width=width, depth=depth)
    whole(channels=channels, classes=classes, multiple=multiple)
    stages = [
        (scaled_channels(outputs, width, multiple=multiple), math.ceil(_exact(depth * blocks)), stride)
        for outputs, blocks, stride in _STAGES
    ]
    return ScalableCNN(block, scaled_channels(_STEM, width, multiple=multiple), stages, channels, classes)


def scaled_channels(channels: int, width: float, *, multiple: int = 8) -> int:
    """channels * width as a multiple that hardware likes: the nearest one, halves up, at least one multiple.

    Where the nearest is more than 10% below the product, the next one: a layer should not lose so much to rounding.

    >>> scaled_channels(32, 0.35), scaled_channels(16, 0.1)  # of 11.2 and 1.6
    (16, 8)
    """
    whole(channels=channels, multiple=multiple)
    positive(width=width)
    wanted = _exact(channels * width)
    nearest = max(multiple, int(wanted + multiple / 2) // multiple * multiple)
    return nearest if nearest >= 0.9 * wanted else nearest + multiple


@dataclass(frozen=True)
class Scaling:
    """Factors of the three dials, and what they should cost.

    >>> Scaling(width=2.0, depth=1.0, resolution=0.5).macs
    1.0
    """

    width: float
    depth: float
    resolution: float

    @property
    def parameters(self) -> float:
        """Factor on the parameters, before rounding: depth * width^2."""
        return self.depth * self.width**2

    @property
    def macs(self) -> float:
        """Factor on the multiply-accumulates, before rounding: depth * width^2 * resolution^2."""
        return self.parameters * self.resolution**2


def compound_scaling(phi: float, *, width: float = 1.1, depth: float = 1.2, resolution: float = 1.15) -> Scaling:
    """All three dials turned together: each base to the power of phi.

    Args:
        phi: how far; 0 leaves everything as it is, below 0 it shrinks.
        width, depth, resolution: bases of at least 1. The defaults are the paper's, found by a search at phi = 1 under
            depth * width^2 * resolution^2 = 2, nearly; so each step of phi about doubles the arithmetic.

    Raises:
        InputError: a base is below 1, or a number is not finite.

    >>> round(compound_scaling(1).macs, 2), compound_scaling(0)
    (1.92, Scaling(width=1.0, depth=1.0, resolution=1.0))
    """
    at_least(1, width=width, depth=depth, resolution=resolution)
    if not math.isfinite(phi):
        raise InputError(f"phi={phi} must be a finite number: 0 leaves the network as it is.")
    return Scaling(width=width**phi, depth=depth**phi, resolution=resolution**phi)


def _block(block: Block, inputs: int, outputs: int, stride: int, expansion: int) -> nn.Module:
    if block == "standard":
        return convolution(inputs, outputs, 3, "relu", stride=stride)
    if block == "separable":
        return DepthwiseSeparable(inputs, outputs, stride)
    squeezed = max(1, inputs // _SQUEEZED) if block == "squeezed" else 0
    return InvertedResidual(inputs, outputs, stride, expansion, "relu6", squeezed=squeezed)


def _draw(layer: nn.Conv2d) -> None:
    """New weights whose gradients keep their size (He et al. 2015).

    PyTorch's `kaiming_normal_` takes a depthwise filter to write into all channels and not only its own, and draws
    it smaller by the root of their number.
    """
    fan_out = layer.weight[0, 0].numel() * layer.out_channels // layer.groups
    nn.init.normal_(layer.weight, 0, math.sqrt(2 / fan_out))


def _exact(product: float) -> float:
    """Without the last digits of floating point: 1.1 * 10 is 11.000000000000002, which must not be rounded up to 12."""
    return round(product, 9)
