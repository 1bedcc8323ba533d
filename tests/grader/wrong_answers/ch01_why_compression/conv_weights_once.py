"""The kernel is counted once instead of at each place.

loses: conv_products
says: each of them multiplies at every place
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, _height, _width = input_shape
    down, across = kernel_size
    return batch * out_channels * (channels // groups) * down * across
