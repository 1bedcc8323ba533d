"""Products in NumPy's int64, which overflow.

loses: intensity_limits
says: as large as 2**100: Python's integers don't overflow, NumPy's and
"""

import numpy as np


def intensity(weight_shape, input_shape, output_shape, weight_bits, activation_bits):
    outputs = np.prod(output_shape)
    macs = outputs * np.prod(weight_shape[1:])
    moved = 0
    for count, bits in (
        (np.prod(weight_shape), weight_bits),
        (np.prod(input_shape), activation_bits),
        (outputs, activation_bits),
    ):
        moved += (count * bits + 7) // 8
    return macs / moved
