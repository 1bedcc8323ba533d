"""The kernel counts once.

loses: macs_counts, macs_share
says: output pixels
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel * inputs * outputs
    separable = pixels * inputs * (kernel + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
