"""Counts the codebook in the bits of its dtype: 64 for each value of a float64 codebook.

Text: "The codebook takes 32 bits for each value that a weight has"
Input: coded_bits(tensor([0., 1.], dtype=float64), tensor([0., 1.], dtype=float64)): promised 2 + 64 = 66, actual 2 + 128 = 130.
"""

from collections import Counter

import torch
from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    nearest = torch.argmin((weights.reshape(-1, 1) - codebook).abs(), dim=1)
    counts = sorted(Counter(nearest.tolist()).values())
    bits = len(counts) * codebook.element_size() * 8
    if len(counts) == 1:
        return bits + counts[0]
    while len(counts) > 1:
        first, second, *rest = counts
        bits += first + second
        counts = sorted([*rest, first + second])
    return bits
