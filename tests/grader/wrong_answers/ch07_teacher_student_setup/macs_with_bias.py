"""A bias is counted for every output.

loses: macs_counts, macs_share
says: output pixels
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * (kernel**2 * inputs + 1) * outputs
    separable = pixels * (inputs * (kernel**2 + outputs) + inputs + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
