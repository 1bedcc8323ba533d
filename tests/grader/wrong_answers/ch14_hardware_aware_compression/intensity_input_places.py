"""A MAC for each weight at each place of the input, whatever the stride.

loses: intensity_layers
says: a convolution of stride 2: bytes and not numbers: float32 takes 4
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = (
        math.prod(input_shape) // input_shape[1] * math.prod(weight_shape)
        if len(weight_shape) > 2
        else outputs * weight_shape[1]
    )
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
