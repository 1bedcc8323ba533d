"""Takes at most two sizes of the kernel: the third dimension of space of a 3-D convolution is forgotten.

Text: "(out, in / groups, height, width) of a convolution, or the same with one or three dimensions of space."
Input: `intensity([4, 2, 3, 3, 3], [1, 2, 5, 5, 5], [1, 4, 3, 3, 3], 32, 32)` -> promised 2.5400696864111496, actual 0.8466898954703833
"""

import math


def intensity(
    weight_shape: list[int],
    input_shape: list[int],
    output_shape: list[int],
    weight_bits: int,
    activation_bits: int,
) -> float:
    channels = weight_shape[1]
    kernel = 1
    for side in weight_shape[2:4]:  # height and width
        kernel *= side
    macs = math.prod(output_shape) * channels * kernel
    moved = 0
    for shape, bits in (
        (weight_shape, weight_bits),
        (input_shape, activation_bits),
        (output_shape, activation_bits),
    ):
        moved += (math.prod(shape) * bits + 7) // 8
    return macs / moved
