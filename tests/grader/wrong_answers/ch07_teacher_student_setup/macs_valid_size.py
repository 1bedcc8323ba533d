"""The image shrinks, as if nothing were padded.

loses: macs_counts, macs_share
says: standard
"""


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = max(0, (height - kernel) // stride + 1) * max(0, (width - kernel) // stride + 1)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard if standard else 0.0}
