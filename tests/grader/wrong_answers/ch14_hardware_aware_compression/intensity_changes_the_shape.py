"""The shape of the weight is changed in place.

loses: intensity_layers
says: does the function work in place, where it should make something new?
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    out = weight_shape.pop(0)
    macs = outputs * math.prod(weight_shape)
    moved = 0
    for count, bits in (
        (out * math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
