"""The channels of the input are taken for those of a filter.

loses: intensity_layers
says: a depthwise convolution: each output costs one filter's weights in
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = (
        outputs * input_shape[1] * math.prod(weight_shape[2:]) if len(weight_shape) > 2 else outputs * weight_shape[1]
    )
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
