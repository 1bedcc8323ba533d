"""The input channels are forgotten.

loses: conv_products
says: one such set for each input channel
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, _channels, height, width = input_shape
    down, across = kernel_size
    rows = (height + 2 * padding - dilation * (down - 1) - 1) // stride + 1
    columns = (width + 2 * padding - dilation * (across - 1) - 1) // stride + 1
    return batch * out_channels * rows * columns * down * across
