"""Takes every grouped convolution that isn't depthwise for an ordinary one.

With input_shape=(1, 4, 4, 4), out_channels=8, kernel_size=(3, 3), padding=1, groups=2 the text promises
16 * 8 * 2 * 9 = 2304; gives 4608.
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
    out_height = output_size(height, kernel_size[0], stride=stride, padding=padding, dilation=dilation)
    out_width = output_size(width, kernel_size[1], stride=stride, padding=padding, dilation=dilation)
    seen = 1 if groups == channels else channels
    return n * out_channels * out_height * out_width * seen * kernel_size[0] * kernel_size[1]
