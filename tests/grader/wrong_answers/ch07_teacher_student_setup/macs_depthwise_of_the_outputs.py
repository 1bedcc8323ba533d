"""The depthwise step runs on the outputs' channels.

loses: macs_counts, macs_share
says: separable
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * outputs * (kernel**2 + inputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
