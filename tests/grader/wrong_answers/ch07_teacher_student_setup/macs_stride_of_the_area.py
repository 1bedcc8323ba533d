"""The area is divided by the stride's square.

loses: macs_counts
says: output pixels
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height * width // stride**2)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
