"""The entropy, rounded up.

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
    total = sum(used)
    bits = math.ceil(-sum(n * math.log2(n / total) for n in used) - 1e-9)
    return bits + book
    while len(used) > 1:
        used.sort()
        joined = used.pop(0) + used.pop(0)
        bits += joined
        used.append(joined)
    return bits + book
