"""All bits are rounded up together.

loses: intensity_limits
says: each tensor takes whole bytes, rounded up: 5 numbers of 3 bits are 2
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += count * bits
    return macs / ((moved + 7) // 8)
