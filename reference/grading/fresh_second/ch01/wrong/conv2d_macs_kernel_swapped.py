"""Unpacks the kernel's size as (width, height).

Text: "kernel_size: (height, width) of the kernel".
conv2d_macs((1, 1, 5, 7), 1, (3, 1)) gives 75; promised: 63 (output 3 x 7, 3 products each).
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
    n, c, height, width = input_shape
    kernel_w, kernel_h = kernel_size
    out_h = (height + 2 * padding - dilation * (kernel_h - 1) - 1) // stride + 1
    out_w = (width + 2 * padding - dilation * (kernel_w - 1) - 1) // stride + 1
    return n * out_channels * out_h * out_w * (c // groups) * kernel_h * kernel_w
