"""One bit more for each rarer value.

loses: coded_huffman
says: join the two rarest
"""


def coded_bits(weights, codebook):
    distance = (weights.reshape(-1, 1).double() - codebook.double()).abs()
    used = distance.argmin(dim=1).unique(return_counts=True)[1].tolist()
    book = 32 * len(used)
    if len(used) == 1:
        return weights.numel() + book
    ranked = sorted(used, reverse=True)
    lengths = [*range(1, len(used)), len(used) - 1]
    bits = sum(n * length for n, length in zip(ranked, lengths, strict=False))
    return bits + book
    while len(used) > 1:
        used.sort()
        joined = used.pop(0) + used.pop(0)
        bits += joined
        used.append(joined)
    return bits + book
