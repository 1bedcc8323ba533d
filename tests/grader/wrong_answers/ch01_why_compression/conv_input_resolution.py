"""The input's pixels are counted, not the output's.

loses: conv_resolution
says: of the output, not of the input
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, height, width = input_shape
    down, across = kernel_size
    return batch * out_channels * height * width * (channels // groups) * down * across
