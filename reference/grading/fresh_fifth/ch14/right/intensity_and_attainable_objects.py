"""Both roofline functions with NumPy arrays of Python ints and of Fractions (dtype object)."""

import math
from fractions import Fraction

import numpy as np


def intensity(
    weight_shape: list[int],
    input_shape: list[int],
    output_shape: list[int],
    weight_bits: int,
    activation_bits: int,
) -> float:
    numbers = np.array(
        [
            np.multiply.reduce(np.array(list(shape), dtype=object))
            for shape in (weight_shape, input_shape, output_shape)
        ],
        dtype=object,
    )
    bits = np.array([weight_bits, activation_bits, activation_bits], dtype=object)
    moved = ((numbers * bits + 7) // 8).sum()
    filters = numbers[0] // weight_shape[0]  # `out` is at least 1
    return numbers[2] * filters / moved


def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    if not operations:
        return {"seconds": 0.0, "memory_bound": [], "speed": 0.0}
    per_mac = 1 / Fraction(peak)
    per_byte = Fraction(0) if bandwidth == math.inf else 1 / Fraction(bandwidth)
    table = np.empty((len(operations), 2), dtype=object)
    for row, (macs, size) in enumerate(operations):
        table[row] = int(macs), int(size)
    times = table * np.array([per_mac, per_byte], dtype=object)
    seconds = times.max(axis=1).sum()
    waits = (times[:, 1] > times[:, 0]).astype(bool)
    return {
        "seconds": float(seconds),
        "memory_bound": [int(i) for i in np.nonzero(waits)[0]],
        "speed": float(table[:, 0].sum() / seconds) if seconds else 0.0,
    }
