"""Sorts once and joins along the list: what is joined doesn't go back among the others, so every code but two has another length.

Text: "join the two rarest into one, which counts as both together, and go on until one is left"; "which takes the fewest bits in all"
Input: coded_bits(tensor([0., 1., 2., 3.]), tensor([0., 1., 2., 3.])): promised 8 + 128 = 136, actual 9 + 128 = 137.
"""

import torch
from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    nearest = (weights.reshape(-1)[:, None] - codebook).abs().argmin(1)
    counts = nearest.unique(return_counts=True)[1].sort().values.tolist()
    if len(counts) == 1:
        return counts[0] + 32
    joined, bits = counts[0], 0
    for count in counts[1:]:
        joined += count
        bits += joined
    return bits + 32 * len(counts)
