"""What is joined counts as the larger of the two.

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
        one, other = used.pop(0), used.pop(0)
        bits += one + other
        used.append(max(one, other))
    return bits + book
