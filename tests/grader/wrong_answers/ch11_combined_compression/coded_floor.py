"""The next value below.

loses: coded_nearest
says: nearest by distance
"""

import torch


def coded_bits(weights, codebook):
    ordered = codebook.sort().values
    used = torch.searchsorted(ordered, weights.contiguous(), right=True).unique(return_counts=True)[1].tolist()
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
