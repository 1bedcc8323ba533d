"""Adds the bits of the three tensors and rounds up once, and not each tensor.

Text: "The numbers of a tensor lie packed, bit behind bit, and a tensor takes whole bytes, rounded up."
Input: `intensity([1, 3], [1, 3], [1, 1], 1, 1)` -> promised 1.0, actual 3.0
"""

import math


def intensity(
    weight_shape: list[int],
    input_shape: list[int],
    output_shape: list[int],
    weight_bits: int,
    activation_bits: int,
) -> float:
    macs = math.prod(output_shape) * math.prod(weight_shape[1:])
    bits = math.prod(weight_shape) * weight_bits
    bits += (math.prod(input_shape) + math.prod(output_shape)) * activation_bits
    return macs / -(-bits // 8)
