"""Tokens of a linear layer are left out.

loses: intensity_layers
says: a linear layer on tokens: each output costs one filter's weights in
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = output_shape[0] * output_shape[-1] if len(weight_shape) == 2 else math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
