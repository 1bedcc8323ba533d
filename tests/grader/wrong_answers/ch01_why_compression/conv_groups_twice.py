"""The output channels are divided by the groups too.

loses: conv_groups
says: all output channels are still there
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, height, width = input_shape
    down, across = kernel_size
    rows = (height + 2 * padding - dilation * (down - 1) - 1) // stride + 1
    columns = (width + 2 * padding - dilation * (across - 1) - 1) // stride + 1
    return batch * (out_channels // groups) * rows * columns * (channels // groups) * down * across
