"""A kernel of one dimension is taken for none.

loses: intensity_layers
says: a convolution in one dimension: each output costs one filter's
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * (math.prod(weight_shape[1:]) if len(weight_shape) == 4 else weight_shape[1])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
