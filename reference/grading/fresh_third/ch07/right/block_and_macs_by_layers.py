"""The block from a loop over its two convolutions; its MACs from one helper for both kinds of convolution."""
from torch import nn


def separable_block(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    half = (kernel - 1) // 2
    layers = []
    for convolution in (
        nn.Conv2d(inputs, inputs, (kernel, kernel), (stride, stride), (half, half), groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, (1, 1), bias=False),
    ):
        layers += [convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU()]
    return nn.Sequential(*layers)


def _convolution(read: int, written: int, kernel: int, rows: int, columns: int) -> int:
    """MACs of one convolution whose filters each read so many channels."""
    return read * kernel * kernel * written * rows * columns


def block_macs(
    inputs: int, outputs: int, kernel: int, stride: int, height: int, width: int
) -> dict[str, int | float]:
    rows, columns = -(-height // stride), -(-width // stride)
    counts = {
        "standard": _convolution(inputs, outputs, kernel, rows, columns),
        "separable": _convolution(1, inputs, kernel, rows, columns) + _convolution(inputs, outputs, 1, rows, columns),
    }
    return counts | {"share": counts["separable"] / counts["standard"]}
