"""Products in torch's int64, which overflow.

loses: intensity_limits
says: as large as 2**100: Python's integers don't overflow, NumPy's and
"""

import math

import torch


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = int(torch.tensor([outputs % 2**63, *weight_shape[1:]]).prod())
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
