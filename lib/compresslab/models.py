"""The networks of the course: an MLP, a small CNN, a tiny vision transformer and ResNet-18 with a CIFAR stem.

Each builder takes keyword settings and gives an untrained `nn.Module` that maps images (N, C, H, W) float32 to
logits (N, classes). Every ReLU is a module of its own, used once: exporters and quantizers attach what they
observe to a module, and one that is called at two places would mix two distributions.

References:
    He et al. 2016, "Deep Residual Learning for Image Recognition" (ResNet).
    Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words" (vision transformer).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.errors import InputError


def mlp(*, inputs: int = 64, hidden: Sequence[int] = (64, 64), classes: int = 10) -> nn.Module:
    """A multi-layer perceptron on flattened images.

    Args:
        inputs: pixels times channels of one image.
        hidden: units of each hidden layer, first to last.
        classes: number of logits.
    """
    _positive(inputs=inputs, classes=classes, **{f"hidden[{i}]": units for i, units in enumerate(hidden)})
    layers: list[nn.Module] = [nn.Flatten()]
    for units in hidden:
        layers += [nn.Linear(inputs, units), nn.ReLU()]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, classes))


def small_cnn(*, channels: int = 1, classes: int = 10, width: int = 16) -> nn.Module:
    """Three convolutions with batch-norm, global average pooling and a linear classifier.

    Works for any image of at least 4x4 pixels. `width` is the channels of the first convolution; the next two
    have twice and four times as many, each after halving the resolution.
    """
    _positive(channels=channels, classes=classes, width=width)

    def stage(inputs: int, outputs: int, stride: int) -> list[nn.Module]:
        convolution = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]

    return nn.Sequential(
        *stage(channels, width, 1),
        *stage(width, 2 * width, 2),
        *stage(2 * width, 4 * width, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4 * width, classes),
    )


class BasicBlock(nn.Module):
    """Two 3x3 convolutions around a shortcut: relu(bn(conv(relu(bn(conv(x))))) + shortcut(x))."""

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
    but for the stem's 7x7 convolution.
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
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def resnet18(*, width: int = 64, channels: int = 3, classes: int = 10) -> ResNet18:
    """ResNet-18 with a CIFAR stem.

    Args:
        width: channels of the first stage (64 in the paper: 11.2 million parameters); later stages have two,
            four and eight times as many, so parameters and MACs grow with the square of the width.
        channels: channels of the input images.
        classes: number of logits.
    """
    _positive(width=width, channels=channels, classes=classes)
    return ResNet18(width, channels, classes)


class Attention(nn.Module):
    """Multi-head self-attention, its heads laid out one after the other in the rows of q, k and v."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.head_dim = dim // heads
        self.q = nn.Linear(dim, dim)
        self.k = nn.Linear(dim, dim)
        self.v = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, _ = x.shape

        def split(y: Tensor) -> Tensor:  # (batch, tokens, dim) to (batch, heads, tokens, head_dim)
            return y.reshape(batch, tokens, self.heads, self.head_dim).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)))
        return self.out(mixed.transpose(1, 2).reshape(batch, tokens, self.heads * self.head_dim))


class EncoderLayer(nn.Module):
    """A pre-norm transformer layer: x + attention(norm(x)), then x + mlp(norm(x))."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.attention = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class TinyViT(nn.Module):
    """A vision transformer that averages its tokens instead of carrying a class token."""

    def __init__(
        self, channels: int, image_size: int, patch: int, dim: int, depth: int, heads: int, classes: int
    ) -> None:
        super().__init__()
        self.embed = nn.Conv2d(channels, dim, patch, patch)
        self.position = nn.Parameter(torch.randn(1, (image_size // patch) ** 2, dim) * 0.02)
        self.layers = nn.Sequential(*(EncoderLayer(dim, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, classes)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.embed(x).flatten(2).transpose(1, 2)
        return self.fc(self.norm(self.layers(tokens + self.position)).mean(dim=1))


def tiny_vit(
    *,
    channels: int = 1,
    image_size: int = 8,
    patch: int = 2,
    dim: int = 64,
    depth: int = 4,
    heads: int = 4,
    classes: int = 10,
) -> TinyViT:
    """A vision transformer small enough to train in seconds on one core.

    Args:
        channels, image_size: of the square input images.
        patch: side of a patch in pixels; must divide `image_size`.
        dim: width of the residual stream; must be a multiple of `heads`.
        depth: number of encoder layers.
        heads: attention heads of each layer.
        classes: number of logits.
    """
    _positive(
        channels=channels,
        image_size=image_size,
        patch=patch,
        dim=dim,
        depth=depth,
        heads=heads,
        classes=classes,
    )
    if image_size % patch:
        raise InputError(f"patch={patch} does not divide image_size={image_size}: choose a divisor.")
    if dim % heads:
        raise InputError(f"dim={dim} is not a multiple of heads={heads}: each head gets dim/heads features.")
    return TinyViT(channels, image_size, patch, dim, depth, heads, classes)


def _positive(**settings: int) -> None:
    for name, value in settings.items():
        if value < 1:
            raise InputError(f"{name}={value} must be at least 1.")
