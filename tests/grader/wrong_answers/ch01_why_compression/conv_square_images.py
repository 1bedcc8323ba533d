"""The image is taken to be square.

loses: conv_products, conv_resolution
says: as if the image were square
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, height, _width = input_shape
    down, across = kernel_size
    rows = (height + 2 * padding - dilation * (down - 1) - 1) // stride + 1
    return batch * out_channels * rows**2 * (channels // groups) * down * across
