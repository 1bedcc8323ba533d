"""The keys are others.

loses: macs_counts, macs_share
says: by name
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"convolution": standard, "separable": separable, "ratio": separable / standard}
