"""A convolution of one tap is counted as a linear layer over the pixels of the input, whatever its stride.

loses: conv_resolution
says: steps and is padded like any other
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, height, width = input_shape
    if kernel_size == (1, 1):
        return batch * height * width * out_channels * (channels // groups)
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    rows = output_size(height, kernel_size[0], **settings)  # noqa: F821
    columns = output_size(width, kernel_size[1], **settings)  # noqa: F821
    return batch * out_channels * rows * columns * (channels // groups) * kernel_size[0] * kernel_size[1]
