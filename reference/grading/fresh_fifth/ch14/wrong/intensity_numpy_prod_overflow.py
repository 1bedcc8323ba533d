"""np.prod counts in int64, which runs over for large layers.

Text: "MACs / bytes. Both may be as large as 2**100."
Input: `intensity([2**22, 2**22], [2**22, 2**22], [2**22, 2**22], 8, 8)` -> promised 1398101.3333333333, actual 0.0
"""

import numpy as np


def intensity(
    weight_shape: list[int],
    input_shape: list[int],
    output_shape: list[int],
    weight_bits: int,
    activation_bits: int,
) -> float:
    def size(shape, bits):
        return np.ceil(np.prod(shape) * bits / 8)

    macs = np.prod(output_shape) * np.prod(weight_shape[1:])
    moved = size(weight_shape, weight_bits)
    moved += size(input_shape, activation_bits)
    moved += size(output_shape, activation_bits)
    return float(macs / moved)
