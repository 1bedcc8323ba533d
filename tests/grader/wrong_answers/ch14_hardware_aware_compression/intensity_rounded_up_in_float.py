"""Rounded up as a float, which has 53 digits.

loses: intensity_limits
says: OverflowError: Python int too large to convert to C long
"""

import math

import numpy as np


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = math.prod(output_shape)
    macs = outputs * math.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (math.prod(weight_shape), weight_bits),
        (math.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += math.ceil(np.int64(count) * bits / 8)
    return macs / moved
