"""Takes the number of input channels from the input's shape: right without groups only, and for a linear layer from the end.

Text: "Each element of the *output* costs as many MACs as one filter has weights."
Input: `intensity([8, 2, 3, 3], [1, 4, 6, 6], [1, 8, 4, 4], 8, 8)` -> promised 5.538461538461538, actual 11.076923076923077
"""

import math


def intensity(
    weight_shape: list[int],
    input_shape: list[int],
    output_shape: list[int],
    weight_bits: int,
    activation_bits: int,
) -> float:
    if len(weight_shape) == 2:
        macs = math.prod(output_shape) * input_shape[-1]
    else:
        macs = math.prod(output_shape) * input_shape[1] * math.prod(weight_shape[2:])
    moved = -(-math.prod(weight_shape) * weight_bits // 8)
    moved += -(-math.prod(input_shape) * activation_bits // 8)
    moved += -(-math.prod(output_shape) * activation_bits // 8)
    return macs / moved
