"""The stride counts in one direction only.

loses: macs_counts
says: output pixels
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * width
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
