"""The share in float32.

loses: macs_share
says: separable / standard
"""

import torch


def block_macs(inputs, outputs, kernel, stride, height, width):
    pixels = -(-height // stride) * -(-width // stride)
    standard = pixels * kernel**2 * inputs * outputs
    separable = pixels * inputs * (kernel**2 + outputs)
    return {
        "standard": standard,
        "separable": separable,
        "share": float(torch.tensor(separable / standard, dtype=torch.float32)),
    }
