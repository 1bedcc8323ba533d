"""The output is written in float32.

loses: intensity_bits
says: (16, 16) bits: the weight has `weight_bits`; input and output have
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, 32),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
