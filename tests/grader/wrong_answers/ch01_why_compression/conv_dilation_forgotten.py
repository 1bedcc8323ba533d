"""The dilation isn't passed on.

loses: conv_resolution
says: dilation stretches the kernel
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, height, width = input_shape
    down, across = kernel_size
    rows = (height + 2 * padding - (down - 1) - 1) // stride + 1
    columns = (width + 2 * padding - (across - 1) - 1) // stride + 1
    return batch * out_channels * rows * columns * (channels // groups) * down * across
