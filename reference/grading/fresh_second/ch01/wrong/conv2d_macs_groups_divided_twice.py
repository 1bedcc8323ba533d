"""Divides both channel counts by the groups: the MACs of a single group.

Text: "an output channel sees the input channels of its own group alone", and all out_channels are computed.
conv2d_macs((1, 4, 5, 5), 4, (3, 3), groups=2) gives 324; promised: 648.
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
    n, c, h, w = input_shape
    kh, kw = kernel_size
    out_h = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    out_w = (w + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    return n * (out_channels // groups) * out_h * out_w * (c // groups) * kh * kw
