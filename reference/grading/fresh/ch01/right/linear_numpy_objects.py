"""Right: NumPy's product over Python integers (dtype=object), which cannot overflow."""
import numpy as np


def linear_macs(input_shape: tuple[int, ...], out_features: int) -> int:
    return int(np.prod(np.array([*input_shape, out_features], dtype=object)))
