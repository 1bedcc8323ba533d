"""Nearest by the squared distance: squares of tiny numbers are 0 in float32, and all values seem equally near.

Text: "Each weight is stored as the code of the value that is nearest to it" ("think of ... large and of tiny numbers")
Input: coded_bits(tensor([1e-30, 2e-30, 2e-30]), tensor([1e-30, 2e-30])): promised 3 + 64 = 67, actual 3 + 32 = 35.
"""

import heapq

import torch
from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    distances = (weights.reshape(-1, 1) - codebook.reshape(1, -1)) ** 2
    nearest = distances.argmin(dim=1)
    counts = [c for c in torch.bincount(nearest).tolist() if c > 0]
    stored = 32 * len(counts)
    if len(counts) == 1:
        return counts[0] + stored
    heapq.heapify(counts)
    bits = 0
    while len(counts) > 1:
        joined = heapq.heappop(counts) + heapq.heappop(counts)
        bits += joined
        heapq.heappush(counts, joined)
    return bits + stored
