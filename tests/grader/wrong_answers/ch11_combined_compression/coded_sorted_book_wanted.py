"""Takes the codebook for sorted.

loses: coded_nearest
says: three weights are nearest
"""

import torch


def coded_bits(weights, codebook):
    middles = (codebook[1:] + codebook[:-1]) / 2
    used = torch.bucketize(weights.double(), middles.double()).unique(return_counts=True)[1].tolist()
    book = 32 * len(used)
    if len(used) == 1:
        return weights.numel() + book
    bits = 0
    while len(used) > 1:
        used.sort()
        joined = used.pop(0) + used.pop(0)
        bits += joined
        used.append(joined)
    return bits + book
