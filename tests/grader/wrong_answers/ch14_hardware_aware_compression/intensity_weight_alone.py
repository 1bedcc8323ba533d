"""Only the weight moves.

loses: intensity_layers
says: a linear layer: the input and the output move too
"""

import math


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in ((math.prod(weight_shape), weight_bits),):
        moved += (count * bits + 7) // 8
    return macs / moved
