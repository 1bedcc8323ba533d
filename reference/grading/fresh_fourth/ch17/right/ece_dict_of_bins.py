"""A dict of the bins that hold something, by exact fractions.
"""
import math
from fractions import Fraction

from torch import Tensor


def expected_calibration_error(confidences: Tensor, correct: Tensor, bins: int = 15) -> float:
    if tuple(confidences.shape) != tuple(correct.shape) or confidences.numel() == 0:
        raise ValueError
    content = {}
    for c, right in zip(confidences.tolist(), correct.tolist()):
        if not 0 <= c <= 1:
            raise ValueError(c)
        place = max(math.ceil(Fraction(c) * bins), 1)
        content.setdefault(place, []).append(c - right)
    return math.fsum(abs(math.fsum(gaps)) for gaps in content.values()) / len(confidences)
