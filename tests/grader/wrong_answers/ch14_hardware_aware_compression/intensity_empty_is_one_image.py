"""An empty batch is taken for one image.

loses: intensity_limits
says: no image, no MAC: 0.0
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape) or math.prod(output_shape[1:])
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
