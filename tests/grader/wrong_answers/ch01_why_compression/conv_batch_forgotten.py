"""One image is counted, whatever the batch.

loses: conv_batch
says: every image of the batch
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    _batch, channels, height, width = input_shape
    down, across = kernel_size
    rows = (height + 2 * padding - dilation * (down - 1) - 1) // stride + 1
    columns = (width + 2 * padding - dilation * (across - 1) - 1) // stride + 1
    return out_channels * rows * columns * (channels // groups) * down * across
