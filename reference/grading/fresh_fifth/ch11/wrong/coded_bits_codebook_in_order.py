"""Takes the middles of neighbours as borders: for that the codebook has to be sorted, and it may come in any order.

Text: "codebook: (k,), one value or more, all different, in any order."
Input: coded_bits(tensor([0., 1., 2., 2.]), tensor([2., 0., 1.])): promised 6 + 96 = 102, actual 4 + 64 = 68.
"""

import heapq

import torch
from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    borders = (codebook[1:] + codebook[:-1]) / 2
    which = torch.bucketize(weights.flatten(), borders)
    counts = torch.bincount(which, minlength=len(codebook))
    heap = counts[counts > 0].tolist()
    total = 32 * len(heap)
    if len(heap) == 1:
        return total + heap[0]
    heapq.heapify(heap)
    while len(heap) > 1:
        both = heapq.heappop(heap) + heapq.heappop(heap)
        total += both
        heapq.heappush(heap, both)
    return total
