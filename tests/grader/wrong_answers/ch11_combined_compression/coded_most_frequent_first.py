"""Joins the two most frequent.

loses: coded_huffman
says: join the two rarest
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()
    book = 32 * len(used)
    if len(used) == 1:
        return weights.numel() + book
    bits = 0
    while len(used) > 1:
        used.sort()
        joined = used.pop() + used.pop()
        bits += joined
        used.append(joined)
    return bits + book
