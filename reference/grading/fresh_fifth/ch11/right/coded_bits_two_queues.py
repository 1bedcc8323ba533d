"""Nearest by exact borders in a sorted codebook; Huffman with two queues instead of a heap, from counts that are sorted once."""

from collections import deque

import torch
from torch import Tensor


def coded_bits(weights: Tensor, codebook: Tensor) -> int:
    halves = codebook.detach().double().sort().values / 2
    low, high = halves[:-1], halves[1:]
    borders = low + high
    back = borders - low  # what the rounding of the sum has lost (two-sum)
    lost = (low - (borders - back)) + (high - back)
    w = weights.detach().double().reshape(-1).contiguous()
    place = torch.bucketize(w, borders)
    if len(borders):
        near = place.clamp_max(len(borders) - 1)
        place = place + ((w == borders[near]) & (lost[near] < 0))
    counts = sorted(c for c in torch.bincount(place).tolist() if c)
    leaves, joined, bits = deque(counts), deque(), 0

    def rarest():
        if not joined or (leaves and leaves[0] <= joined[0]):
            return leaves.popleft()
        return joined.popleft()

    while len(leaves) + len(joined) > 1:
        joined.append(rarest() + rarest())
        bits += joined[-1]
    return 32 * len(counts) + (bits or len(w))
