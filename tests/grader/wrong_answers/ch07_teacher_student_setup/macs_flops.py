"""Two operations for each MAC.

loses: macs_counts
says: output pixels
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = 2 * pixels * kernel**2 * inputs * outputs
    separable = 2 * pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
