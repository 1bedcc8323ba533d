"""A table of samples by bins, and a matrix product.
"""
import numpy as np
from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    c, y = confidences.numpy().astype(float), correct.numpy().astype(float)
    if c.shape != y.shape or c.size == 0 or not np.all((0 <= c) & (c <= 1)):
        raise ValueError("confidences, or shapes")
    numbers = np.arange(bins)
    place = np.maximum(np.ceil(c * bins) - 1, 0)
    table = place[:, None] == numbers[None, :]
    return float(np.abs((c - y) @ table).sum() / c.size)
