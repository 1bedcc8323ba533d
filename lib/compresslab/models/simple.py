"""Two small networks: a multi-layer perceptron and a three-layer CNN."""

from collections.abc import Sequence

from torch import nn

from compresslab.arguments import whole


def mlp(*, inputs: int = 64, hidden: Sequence[int] = (64, 64), classes: int = 10) -> nn.Module:
    """A multi-layer perceptron on flattened images.

    Args:
        inputs: pixels times channels of one image.
        hidden: units of each hidden layer, first to last; none makes it a linear classifier.
        classes: number of logits.

    Raises:
        InputError: a setting is out of its range.

    >>> mlp(inputs=64, hidden=[16])
    Sequential(
      (0): Flatten(start_dim=1, end_dim=-1)
      (1): Linear(in_features=64, out_features=16, bias=True)
      (2): ReLU()
      (3): Linear(in_features=16, out_features=10, bias=True)
    )
    """
    whole(inputs=inputs, classes=classes, **{f"hidden[{i}]": units for i, units in enumerate(hidden)})
    layers: list[nn.Module] = [nn.Flatten()]
    for units in hidden:
        layers += [nn.Linear(inputs, units), nn.ReLU()]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, classes))


def small_cnn(*, channels: int = 1, classes: int = 10, width: int = 16) -> nn.Module:
    """Three convolutions with batch-norm, global average pooling and a linear classifier.

    Works for any image of at least 4x4 pixels.

    Args:
        channels: channels of the input images.
        classes: number of logits.
        width: channels of the first convolution; the next two have twice and four times as many, each halving the
            resolution.

    Raises:
        InputError: a setting is out of its range.

    >>> import torch
    >>> small_cnn(channels=3, width=4)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])
    """
    whole(channels=channels, classes=classes, width=width)

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
