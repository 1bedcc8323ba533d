"""An empty batch is refused.

loses: intensity_limits
says: ValueError: no image
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    if not macs:
        raise ValueError("no image")
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
