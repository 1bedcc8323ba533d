"""Codes of equal length.

loses: coded_huffman
says: join the two rarest
"""

import math


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()
    book = 32 * len(used)
    if len(used) == 1:
        return weights.numel() + book
    bits = weights.numel() * math.ceil(math.log2(len(used)))
    return bits + book
    while len(used) > 1:
        used.sort()
        joined = used.pop(0) + used.pop(0)
        bits += joined
        used.append(joined)
    return bits + book
