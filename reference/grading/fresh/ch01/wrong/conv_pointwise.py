"""Shortcut: a 1 x 1 convolution is a linear layer on each pixel of the input. Its stride and its padding get lost.

With input_shape=(1, 3, 4, 4), out_channels=8, kernel_size=(1, 1), stride=2 the text promises 4 * 8 * 3 = 96 (2 x 2
places); gives 384. With padding=1 instead: 36 * 24 = 864; gives 384.
"""


def conv2d_macs(
    input_shape: tuple[int, int, int, int],
    out_channels: int,
    kernel_size: tuple[int, int],
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> int:
    n, channels, height, width = input_shape
    kernel_height, kernel_width = kernel_size
    if kernel_height == kernel_width == 1:
        return linear_macs((n, height, width, channels // groups), out_channels)
    out_height = output_size(height, kernel_height, stride=stride, padding=padding, dilation=dilation)
    out_width = output_size(width, kernel_width, stride=stride, padding=padding, dilation=dilation)
    products = channels // groups * kernel_height * kernel_width
    return n * out_channels * out_height * out_width * products
