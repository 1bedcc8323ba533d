"""Weights are counted, not MACs.

loses: macs_counts
says: output pixels
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = 1
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
