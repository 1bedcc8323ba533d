"""Counts in NumPy's int64, which overflow.

loses: macs_counts
says: standard
"""

import numpy as np


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = int(np.prod([pixels, kernel, kernel, inputs, outputs], dtype=np.int64))
    separable = pixels * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": separable / standard}
