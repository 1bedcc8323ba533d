"""The depthwise convolution works at the input's size.

loses: macs_counts, macs_share
says: separable
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = height * width * inputs * kernel**2 + pixels * inputs * outputs
    return {"standard": standard, "separable": separable, "share": separable / standard}
