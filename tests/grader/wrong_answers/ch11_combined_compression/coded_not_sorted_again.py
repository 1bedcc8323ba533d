"""What is joined goes to the end, and stays there.

loses: coded_huffman
says: goes back among the others
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()
    book = 32 * len(used)
    if len(used) == 1:
        return weights.numel() + book
    bits = 0
    used.sort()
    while len(used) > 1:
        joined = used.pop(0) + used.pop(0)
        bits += joined
        used.append(joined)
    return bits + book
