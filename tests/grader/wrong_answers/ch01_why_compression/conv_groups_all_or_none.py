"""Groups count only where each channel is one.

loses: conv_groups
says: pairs of an output channel and an input channel
"""


def conv2d_macs(input_shape, out_channels, kernel_size, *, stride=1, padding=0, dilation=1, groups=1):
    batch, channels, height, width = input_shape
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    rows = output_size(height, kernel_size[0], **settings)  # noqa: F821
    columns = output_size(width, kernel_size[1], **settings)  # noqa: F821
    read = 1 if groups == channels else channels
    return batch * out_channels * rows * columns * read * kernel_size[0] * kernel_size[1]
