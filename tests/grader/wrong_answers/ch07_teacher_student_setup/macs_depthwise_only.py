"""Only the depthwise convolution is counted.

loses: macs_counts, macs_share
says: separable
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * kernel**2
    return {"standard": standard, "separable": separable, "share": separable / standard}
