"""Sizes that the stride doesn't divide are rounded down.

loses: macs_counts
says: rounded up
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = max(1, height // stride) * max(1, width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
