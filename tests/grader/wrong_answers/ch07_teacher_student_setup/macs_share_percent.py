"""The share in percent.

loses: macs_share
says: not how much
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": 100 * separable / standard}
