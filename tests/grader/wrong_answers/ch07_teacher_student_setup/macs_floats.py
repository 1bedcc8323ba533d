"""Counts as floats, exact only below 2^53.

loses: macs_counts
says: standard
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = float(pixels) * kernel**2 * inputs * outputs
    separable = float(pixels) * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
