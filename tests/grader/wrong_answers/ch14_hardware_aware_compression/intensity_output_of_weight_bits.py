"""The output has the bits of the weight.

loses: intensity_bits
says: (8, 32) bits: the weight has `weight_bits`; input and output have
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, weight_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
